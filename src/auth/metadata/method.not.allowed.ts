import { Router } from 'express';

/** Metadata is read, never written: whatever reaches this with another method is told so. */
export function methodNotAllowed(paths: readonly string[]): Router {
  return Router({ caseSensitive: true }).all([...paths], (_request, response) => {
    response.status(405).setHeader('Allow', 'GET, HEAD, OPTIONS');
    response.json({ error: 'method_not_allowed', error_description: 'Metadata can only be read' });
  });
}
