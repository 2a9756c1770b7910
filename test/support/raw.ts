/** Requests as an attacker or a broken client would write them, below the SDKs. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

export const listTools = (id: unknown = 2) => ({ jsonrpc: '2.0', id, method: 'tools/list', params: {} });

export const MODERN_META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

export async function send(
  url: string,
  method: string,
  token: string | undefined,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<RawAnswer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && {
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
      }),
      ...headers,
    },
    ...(body !== undefined && {
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Opens a session of the 2025 era and returns its id. */
export async function initialize(origin: string, token: string): Promise<string> {
  const { status, headers } = await send(`${origin}/mcp`, 'POST', token, { body: INITIALIZE });
  const id = headers.get('mcp-session-id');
  if (status !== 200 || id === null) throw new Error(`initialize answered ${status}`);
  return id;
}

/** An open event stream; `next()` waits for the next event, `ended` tells that the server has closed it. */
export interface EventStream {
  readonly status: number;
  next(): Promise<{ event: string; data: string }>;
  readonly ended: Promise<void>;
  close(): void;
}

export async function openStream(
  url: string,
  token: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, {
    headers: {
      Authorization: `Bearer ${token}`,
      Accept: body === undefined ? 'text/event-stream' : 'application/json, text/event-stream',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    signal: abort.signal,
  });
  const events: { event: string; data: string }[] = [];
  let wake: () => void = () => undefined;
  const ended = (async () => {
    let buffer = '';
    try {
      for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(
        new TextDecoderStream(),
      )) {
        buffer += chunk;
        const blocks = buffer.split('\n\n');
        buffer = blocks.pop() ?? '';
        for (const block of blocks) {
          const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
          if (field('data') !== '') events.push({ event: field('event'), data: field('data') });
        }
        wake();
      }
    } catch {
      // The test closed the stream, or the server cut it: either way it has ended.
    }
    wake();
  })();
  return {
    status: response.status,
    ended,
    close: () => abort.abort(),
    next: async () => {
      const deadline = Date.now() + 5_000;
      for (;;) {
        const event = events.shift();
        if (event !== undefined) return event;
        if (Date.now() > deadline) throw new Error('No event within 5 s');
        await Promise.race([
          new Promise<void>((resolve) => {
            wake = resolve;
          }),
          new Promise((resolve) => setTimeout(resolve, 200)),
        ]);
      }
    },
  };
}
