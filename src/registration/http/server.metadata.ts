import { Injectable } from '@nestjs/common';
import { type Request, type Response, Router } from 'express';
import { Config } from '../../config/index.js';
import { LogtoDiscovery, LogtoUnavailableError } from '../../logto/index.js';

const PATH = '/.well-known/oauth-authorization-server/oidc';

/**
 * Logto's own metadata with one line more, for an edge to serve on Logto's origin: strict clients believe a
 * registration endpoint only in a document whose issuer is Logto's and that lies where RFC 8414 section 3.1 puts it.
 */
@Injectable()
export class ServerMetadata {
  constructor(
    private readonly config: Config,
    private readonly discovery: LogtoDiscovery,
  ) {}

  router(): Router {
    return Router({ caseSensitive: true, strict: true }).get(PATH, (request, response) =>
      this.document(request, response),
    );
  }

  private document(_request: Request, response: Response): void {
    response.setHeader('Access-Control-Allow-Origin', '*');
    try {
      const { raw } = this.discovery.metadata();
      response.json({ ...raw, registration_endpoint: `${this.config.http.publicUrl}/register` });
    } catch (error) {
      if (!(error instanceof LogtoUnavailableError)) throw error;
      response.status(503).setHeader('Retry-After', String(error.retryAfterSeconds));
      response.setHeader('Cache-Control', 'no-store');
      response.json({ error: 'temporarily_unavailable', error_description: error.message });
    }
  }
}
