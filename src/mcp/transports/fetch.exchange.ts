import type { IncomingMessage, ServerResponse } from 'node:http';
import type { McpHttpHandler } from '@modelcontextprotocol/server';
import { McpHttpError } from '../mcp.errors.js';
import { memberOf } from '../members.js';
import type { Exchange } from './mcp.transport.js';

/**
 * Answers an exchange with the SDK's handler, which speaks the Fetch API. The SDK's own adapter makes a whole `Request`
 * of Node's, copies every header into it, and sends an answer that is complete in chunks: as much work as the call.
 */
export async function answerWith(handler: McpHttpHandler, { req, res, body }: Exchange): Promise<void> {
  const gone = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) gone.abort();
  });
  const options = { parsedBody: body, ...(req.auth && { authInfo: req.auth }) };
  await write(await handler.fetch(requestOf(req, gone.signal), options), res);
}

/** What the handler reads of a request whose body is parsed already. */
function requestOf({ method, url, headers }: IncomingMessage, signal: AbortSignal): Request {
  const read: Pick<Request, 'method' | 'url' | 'signal'> & { headers: Pick<Headers, 'get'> } = {
    method: method ?? '',
    url: `http://localhost${url ?? ''}`,
    signal,
    headers: { get: (name) => headers[name.toLowerCase()]?.toString() ?? null },
  };
  // Nothing else of it is used: the conformance suites would fail with whatever comes to be.
  return read as Request;
}

async function write({ status, headers, body }: Response, res: ServerResponse): Promise<void> {
  if (res.destroyed) return;
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true;
  const fields = Object.fromEntries(headers);
  if (isStream) res.writeHead(status, fields).flushHeaders();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) {
    if (!isStream) chunks.push(chunk);
    else if (!res.destroyed) res.write(chunk);
  }
  if (isStream) return void res.end();
  if (status >= 400 && chunks.length > 0) rethrowWithoutId(Buffer.concat(chunks), status, fields['allow']);
  endWith(Buffer.concat(chunks), res, status, fields);
}

/**
 * The SDK refuses with JSON-RPC errors without an id, which some clients never take for a response.
 * @throws {McpHttpError} the same refusal, for the filter to render
 */
function rethrowWithoutId(bytes: Buffer, status: number, allow: string | undefined): void {
  const message: unknown = JSON.parse(bytes.toString('utf8'));
  const error = memberOf(message, 'error');
  const code = memberOf(error, 'code');
  const text = memberOf(error, 'message');
  if (memberOf(message, 'id') !== null || typeof code !== 'number' || typeof text !== 'string') return;
  const headers: Record<string, string> = allow === undefined ? {} : { Allow: allow };
  throw new McpHttpError(status, code, text, headers, { data: memberOf(error, 'data') });
}

/** With its length, so that it goes out in one piece. */
function endWith(bytes: Buffer, res: ServerResponse, status: number, fields: Record<string, string>): void {
  res.writeHead(status, { ...fields, 'Content-Length': String(bytes.length) }).end(bytes);
}
