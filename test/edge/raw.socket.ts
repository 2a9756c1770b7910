import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** The answers to bytes, in order, and what became of the connection. */
export interface Dialogue {
  readonly answers: readonly WireAnswer[];
  /** Everything the server sent. */
  readonly text: string;
  /** Whether the server has closed the connection. */
  readonly closed: boolean;
  readonly ms: number;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Patience {
  /** How long to listen. Ends sooner when the server closes, or at the first whole answer. */
  readonly ms?: number;
  /** Keep listening after an answer, to see whether the connection closes or says more. */
  readonly toTheEnd?: boolean;
}

/** Sends exactly these bytes, as no HTTP client would. */
export async function talk(
  origin: string,
  bytes: string | Uint8Array,
  { ms = 2_000, toTheEnd = false }: Patience = {},
): Promise<Dialogue> {
  const socket = await dial(origin);
  const start = performance.now();
  let text = '';
  let closed = false;
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      if (!toTheEnd && parseAnswers(text).length > 0) end();
    });
    // A reset is an end, too.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      closed = true;
      end();
    });
  });
  // Without a FIN of ours: whether the connection ends is the server's decision.
  socket.on('end', () => socket.end());
  socket.write(bytes);
  await over;
  socket.destroy();
  return { answers: parseAnswers(text), text, closed, ms: performance.now() - start };
}

export async function dial(origin: string): Promise<Socket> {
  const { hostname, port } = new URL(origin);
  const socket = connect({
    port: Number(port),
    host: hostname === 'localhost' ? '127.0.0.1' : hostname,
    allowHalfOpen: true,
  });
  await once(socket, 'connect');
  return socket;
}

/** Head and headers as HTTP/1.1 wants them, from lines. */
export const http = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

function parseAnswers(text: string): WireAnswer[] {
  const answers: WireAnswer[] = [];
  let rest = text;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return answers;
    const [statusLine = '', ...lines] = rest.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    );
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
    rest = rest.slice(end + 4);
    if (status < 200) continue;
    const body = bodyOf(rest, headers);
    if (body === undefined) return answers;
    answers.push({ status, headers, body: body.text });
    rest = rest.slice(body.length);
  }
}

/** @returns undefined while it is not complete */
function bodyOf(
  text: string,
  headers: Readonly<Record<string, string>>,
): { text: string; length: number } | undefined {
  if (headers['transfer-encoding'] !== 'chunked') {
    const length = Number(headers['content-length'] ?? 0);
    return text.length < length ? undefined : { text: text.slice(0, length), length };
  }
  let body = '';
  for (let at = 0; ;) {
    const line = text.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(text.slice(at, line), 16);
    if (text.length < line + 2 + size + 2) return undefined;
    body += text.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
    if (size === 0) return { text: body, length: at };
  }
}
