import { Injectable } from '@nestjs/common';
import { type Request, type Response, Router } from 'express';
import { LogtoDiscovery, LogtoUnavailableError } from '../../logto/index.js';
import { methodNotAllowed } from './method.not.allowed.js';

const PATH = '/.well-known/oauth-authorization-server';

/**
 * Logto's metadata at our origin, for clients of revision 2025-03-26, which know no protected-resource metadata.
 * It is Logto's whole document: mcp-auth's own router would drop the fields it does not know, RFC 9207's flag among
 * them. Newer clients refuse it, because its issuer is not our origin (RFC 8414 section 3.3), and do not need it.
 */
@Injectable()
export class LegacyMetadata {
  constructor(private readonly discovery: LogtoDiscovery) {}

  router(): Router {
    const router = Router({ caseSensitive: true });
    router.use(PATH, (request, response, next) => {
      response.setHeader('Access-Control-Allow-Origin', '*');
      if (request.method !== 'OPTIONS') return next();
      response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD');
      response.setHeader(
        'Access-Control-Allow-Headers',
        request.headers['access-control-request-headers'] ?? '*',
      );
      response.status(204).end();
    });
    router.get(PATH, (request, response) => this.document(request, response));
    return router.use(methodNotAllowed([PATH]));
  }

  private document(_request: Request, response: Response): void {
    try {
      response.json(this.discovery.metadata().raw);
    } catch (error) {
      if (!(error instanceof LogtoUnavailableError)) throw error;
      response.status(503).setHeader('Retry-After', String(error.retryAfterSeconds));
      response.setHeader('Cache-Control', 'no-store');
      response.json({ error: 'temporarily_unavailable', error_description: error.message });
    }
  }
}
