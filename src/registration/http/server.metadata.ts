import { Injectable } from '@nestjs/common';
import { type Request, type Response, Router } from 'express';
import { Config } from '../../config/index.js';
import { LogtoDiscovery, LogtoUnavailableError } from '../../logto/index.js';
import { requestableScopes } from '../metadata/consent.ceiling.js';

const PATH = '/.well-known/oauth-authorization-server/oidc';

/**
 * Logto's metadata for an edge to serve on Logto's origin, with a registration endpoint and without the scopes that a
 * registered app must not ask for. Strict clients accept a registration endpoint only in a document whose issuer is
 * Logto's and that lies where RFC 8414 section 3.1 puts it; some accept it only on the issuer's origin, where the edge
 * passes it on to this server.
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
      response.json({
        ...raw,
        scopes_supported: requestableScopes(this.config.auth.scopes),
        registration_endpoint: new URL('/register', this.config.logto.issuer).href,
      });
    } catch (error) {
      if (!(error instanceof LogtoUnavailableError)) throw error;
      response.status(503).setHeader('Retry-After', String(error.retryAfterSeconds));
      response.setHeader('Cache-Control', 'no-store');
      response.json({ error: 'temporarily_unavailable', error_description: error.message });
    }
  }
}
