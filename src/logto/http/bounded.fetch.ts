import { LogtoUnavailableError, type UnavailableReason } from '../logto.errors.js';

/** One call to Logto. Nothing of the caller's request is ever passed on, least of all its `Origin`. */
export interface BoundedRequest {
  readonly url: string;
  /** Limit of the whole exchange, the last byte of the body included. */
  readonly timeoutMs: number;
  /** Limit of the body after decompression, so that a small compressed answer cannot grow without end. */
  readonly maxBytes: number;
  readonly authorization?: string;
  /** Sent as a form by POST. Absent: GET. */
  readonly form?: Readonly<Record<string, string>>;
  /** What a call of the Management API changes. Its success may come without JSON: 204, or the word "Created". */
  readonly change?: { readonly method: 'POST' | 'PATCH' | 'DELETE'; readonly body?: unknown };
}

/** What Logto itself answered: below 500, not 429, and JSON when it is a success. */
export interface BoundedAnswer {
  readonly status: number;
  readonly challenge: string | undefined;
  /** The parsed body; `undefined` when an error came without JSON. */
  readonly body: unknown;
}

/**
 * The only way out to Logto: bounded in time and size, never redirected.
 * @throws {LogtoUnavailableError} when no usable answer came
 */
export async function boundedFetch(request: BoundedRequest): Promise<BoundedAnswer> {
  try {
    const response = await send(request);
    return await answerOf(response, request);
  } catch (error) {
    if (error instanceof LogtoUnavailableError) throw error;
    throw new LogtoUnavailableError(reasonOf(error), { cause: error, detail: networkCodeOf(error) });
  }
}

function send({ url, timeoutMs, authorization, form, change }: BoundedRequest): Promise<Response> {
  const json = change?.body === undefined ? undefined : JSON.stringify(change.body);
  return fetch(url, {
    method: change?.method ?? (form === undefined ? 'GET' : 'POST'),
    headers: {
      accept: 'application/json',
      ...(authorization !== undefined && { authorization }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
    },
    ...(json !== undefined && { body: json }),
    ...(form !== undefined && { body: new URLSearchParams(form) }),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
}

async function answerOf(response: Response, { maxBytes, change }: BoundedRequest): Promise<BoundedAnswer> {
  const { status } = response;
  const challenge = response.headers.get('www-authenticate') ?? undefined;
  if (status === 429) return refuse(response, 'rate_limited');
  if (status >= 500) return refuse(response, 'server_error');
  if (!isJson(response)) {
    const isDone = change !== undefined && (status === 201 || status === 204);
    if (response.ok && !isDone) return refuse(response, 'not_json');
    await response.body?.cancel();
    return { status, challenge, body: undefined };
  }
  const text = await readBody(response, maxBytes);
  const body = parse(text);
  if (response.ok && body === undefined) throw new LogtoUnavailableError('not_json');
  return { status, challenge, body };
}

async function refuse(response: Response, reason: UnavailableReason): Promise<never> {
  // An unread body would keep its connection busy.
  await response.body?.cancel();
  throw new LogtoUnavailableError(reason);
}

const isJson = (response: Response): boolean =>
  /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(response.headers.get('content-type') ?? '');

async function readBody(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by an exception cancels the stream and with it the download.
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new LogtoUnavailableError('too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON in spite of its content type; the caller decides what that means for this status.
    return undefined;
  }
}

/** `ECONNREFUSED`, `ENOTFOUND`, `DEPTH_ZERO_SELF_SIGNED_CERT`: what the operating system or TLS had to say. */
function networkCodeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

function reasonOf(error: unknown): UnavailableReason {
  if (!(error instanceof Error)) return 'network';
  if (error.name === 'TimeoutError') return 'timeout';
  return error.cause instanceof Error && /redirect/i.test(error.cause.message) ? 'redirect' : 'network';
}
