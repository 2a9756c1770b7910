import { type Request, type RequestHandler, Router } from 'express';
import { authorizationQuery } from './authorization.query.js';
import { forwardRegistration } from './registration.proxy.js';

const METADATA =
  /^\/\.well-known\/(?:oauth-authorization-server|openid-configuration)(\/oidc|\/mcp\/sse|\/mcp|\/sse)?$/;
const CONFIGURATION = '/oidc/.well-known/openid-configuration';
const TIMEOUT_MS = 3_000;

export interface EdgeOptions {
  /** The metadata of the server, which also takes registrations at `/register`. */
  readonly serverMetadata: string;
  readonly defaultScope: readonly string[];
}

/** Does for the tenant what config/edge/nginx.conf does for Logto. Stands before everything of the tenant. */
export function edgeRouter({ serverMetadata, defaultScope }: EdgeOptions): Router {
  const registration = new URL('/register', serverMetadata).href;
  const router = Router({ caseSensitive: true, strict: true });
  router.get(METADATA, metadata(serverMetadata));
  router.options(METADATA, preflight);
  router.post('/register', (req, res) => forwardRegistration(req, res, registration));
  router.options('/register', (req, res) => forwardRegistration(req, res, registration));
  router.get('/oidc/auth', (req, _res, next) => {
    const [path, query] = splitTarget(req.url);
    if (query !== undefined) retarget(req, `${path}?${authorizationQuery(query, defaultScope)}`);
    next();
  });
  return router;
}

const metadata =
  (url: string): RequestHandler =>
  async (req, res, next) => {
    const document = await documentAt(url);
    if (document !== undefined) {
      res.set('Access-Control-Allow-Origin', '*').json(document);
      return;
    }
    // As Logto answers by itself at the first place, where clients go on to the next. Elsewhere they give up.
    if (!splitTarget(req.url)[0].endsWith('/oidc')) retarget(req, CONFIGURATION);
    next();
  };

const preflight: RequestHandler = (req, res) => {
  const asked = req.headers['access-control-request-headers'];
  res
    .status(204)
    .set('Access-Control-Allow-Origin', '*')
    .set('Access-Control-Allow-Methods', 'GET, HEAD')
    .set('Access-Control-Allow-Headers', asked ?? '*')
    .end();
};

/** The provider reads both. */
function retarget(req: Request, target: string): void {
  req.url = target;
  req.originalUrl = target;
}

function splitTarget(target: string): [path: string, query?: string] {
  const at = target.indexOf('?');
  return at === -1 ? [target] : [target.slice(0, at), target.slice(at + 1)];
}

async function documentAt(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    return response.ok ? await response.json() : undefined;
  } catch {
    // Down, or not up yet.
    return undefined;
  }
}
