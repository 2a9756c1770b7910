import type { IncomingMessage } from 'node:http';
import type { Refusal } from './refusal.js';

/** More than any client or proxy sends. Node keeps about as many and drops the rest without a word. */
export const MAX_HEADERS = 100;

/**
 * Headers on which a decision stands. Of two, Node takes the first or joins both, and a proxy before us may take the
 * other one: then it has checked a request that is not the one we serve.
 */
const SINGULAR: ReadonlySet<string> = new Set([
  'host',
  'authorization',
  'content-type',
  'origin',
  'mcp-session-id',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'last-event-id',
]);

/** Looks at the headers as they were sent, before Node has made one value of several. */
export function headerRefusal({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): Refusal | undefined {
  if (rawHeaders.length > 2 * MAX_HEADERS) {
    return {
      status: 431,
      error: 'too_many_headers',
      description: `No more than ${MAX_HEADERS} headers, please`,
    };
  }
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    if (!SINGULAR.has(name)) continue;
    if (seen.has(name)) {
      return { status: 400, error: 'invalid_request', description: `Send one ${name} header` };
    }
    seen.add(name);
  }
  return undefined;
}
