import type { Answer, Exchange } from './exchange.js';

const MAX_BYTES = 256 * 1024;

export interface ProbeRequest {
  readonly method?: 'GET' | 'POST' | 'OPTIONS';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** Asks like a client: follows no redirect, believes nothing, waits for nobody. */
export class HttpProbe {
  constructor(private readonly timeoutMs: number) {}

  get(url: string, headers: ProbeRequest['headers'] = {}): Promise<Exchange> {
    return this.send(url, { headers: { accept: 'application/json', ...headers } });
  }

  async send(url: string, { method = 'GET', headers = {}, body }: ProbeRequest): Promise<Exchange> {
    const startedAt = Date.now();
    try {
      const response = await fetch(url, {
        method,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: 'manual',
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      const offset = clockOffset(response, startedAt);
      const json = await jsonOf(response);
      const answer: Answer = {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        ...(json !== undefined && { json }),
        ...(offset !== undefined && { clockOffsetSeconds: offset }),
      };
      return { url, answer };
    } catch (error) {
      return { url, failure: failureOf(error) };
    }
  }
}

/** RFC 9110 §6.6.1: whole seconds, so half a one is added; the time of the way is split in the middle. */
function clockOffset(response: Response, startedAt: number): number | undefined {
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(date)) return undefined;
  return Math.round((date + 500 - (startedAt + Date.now()) / 2) / 1000);
}

/** Streams are left unread: they have no end. */
async function jsonOf(response: Response): Promise<Record<string, unknown> | undefined> {
  const type = response.headers.get('content-type') ?? '';
  if (response.body === null) return undefined;
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) {
    await response.body.cancel();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return objectOf(Buffer.concat(chunks).toString('utf8'));
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // True because JSON has no other objects than records and arrays.
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not JSON in spite of its type: for a client the same as none.
    return undefined;
  }
}

/** `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`, `timeout`: what an operator can look up. */
function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return 'network';
  if (error.name === 'TimeoutError') return 'timeout';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'network';
}
