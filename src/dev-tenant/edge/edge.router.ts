import { Router } from 'express';

const PATH = '/.well-known/oauth-authorization-server/oidc';
const TIMEOUT_MS = 3_000;

/** Serves the one document that Logto lacks at its own origin, and is out of the way when it cannot be had. */
export function edgeRouter(serverMetadata: string): Router {
  return Router({ caseSensitive: true, strict: true }).get(PATH, async (_req, res, next) => {
    const document = await documentAt(serverMetadata);
    // As Logto answers by itself: clients go on to the next place.
    if (document === undefined) return next();
    res.set('Access-Control-Allow-Origin', '*').json(document);
  });
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
