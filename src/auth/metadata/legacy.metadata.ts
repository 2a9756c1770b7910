import { Injectable } from '@nestjs/common';
import { type Request, type Response, Router } from 'express';
import { Config } from '../../config/index.js';
import { LogtoDiscovery, LogtoUnavailableError } from '../../logto/index.js';
import { methodNotAllowed } from './method.not.allowed.js';

const PATH = '/.well-known/oauth-authorization-server';

/**
 * Logto's metadata at our origin, for clients of revision 2025-03-26, which know no protected-resource metadata.
 * Newer clients refuse it, because its issuer is not our origin (RFC 8414 section 3.3), and do not need it.
 */
@Injectable()
export class LegacyMetadata {
  constructor(
    private readonly config: Config,
    private readonly discovery: LogtoDiscovery,
  ) {}

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
      const { raw } = this.discovery.metadata();
      response.json({ ...raw, ...this.changes(raw) });
    } catch (error) {
      if (!(error instanceof LogtoUnavailableError)) throw error;
      response.status(503).setHeader('Retry-After', String(error.retryAfterSeconds));
      response.setHeader('Cache-Control', 'no-store');
      response.json({ error: 'temporarily_unavailable', error_description: error.message });
    }
  }

  /** What these clients cannot know otherwise: they send no scope, and Logto then ends in `access_denied`. */
  private changes(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const { registration, http, auth } = this.config;
    const endpoint = raw['authorization_endpoint'];
    return {
      ...(typeof endpoint === 'string' && {
        authorization_endpoint: withDefaultScope(endpoint, auth.scopes),
      }),
      ...(registration && { registration_endpoint: `${http.publicUrl}/register` }),
    };
  }
}

/** RFC 6749 section 3.1: clients keep the query of the endpoint. One that has a scope sets its own in its place. */
function withDefaultScope(endpoint: string, scopes: readonly string[]): string {
  const url = new URL(endpoint);
  const prompt = scopes.includes('offline_access') ? '&prompt=consent' : '';
  url.search = `scope=${scopes.map(encodeURIComponent).join('%20')}${prompt}`;
  return url.href;
}
