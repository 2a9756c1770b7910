import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  /** The whole answer as it came: head, empty line, body. */
  readonly text: string;
}

/** One request after another over one kept connection, with as little work as possible: the load must not be the limit. */
export class Connection {
  private text = '';
  private waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;

  private constructor(
    private readonly port: number,
    private socket: Socket,
  ) {
    this.listen();
  }

  static async open(port: number): Promise<Connection> {
    return new Connection(port, await dial(port));
  }

  async send(request: Buffer): Promise<Answer> {
    // Idle between two rounds, the server has closed it: Node does so after five seconds.
    if (this.socket.destroyed) {
      this.socket = await dial(this.port);
      this.listen();
    }
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private listen(): void {
    this.socket.setNoDelay(true).setEncoding('latin1');
    this.socket.on('data', (chunk) => this.read(String(chunk)));
    this.socket.on('error', (error) => this.waiting?.reject(error));
    this.socket.on('close', () => this.waiting?.reject(new Error('The server closed the connection')));
  }

  private read(chunk: string): void {
    this.text = this.text === '' ? chunk : this.text + chunk;
    if (!isWhole(this.text)) return;
    const answer = { status: Number(this.text.slice(9, 12)), text: this.text };
    this.text = '';
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.resolve(answer);
  }
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Whether an answer has come to its end, by its length or by its last chunk. */
export function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head === -1) return false;
  const fields = text.slice(0, head + 2);
  if (/\r\ntransfer-encoding: *chunked\r\n/i.test(fields)) return text.endsWith('\r\n0\r\n\r\n');
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(fields)?.[1];
  return text.length >= head + 4 + Number(length ?? 0);
}

/** The JSON of an answer, plain or as the last event of a stream; nothing when it holds none. */
export function jsonOf({ text }: Answer): unknown {
  const [line] = /\{"(?:jsonrpc|result|id|error)".*\}/.exec(text) ?? [];
  return line === undefined ? undefined : JSON.parse(Buffer.from(line, 'latin1').toString());
}

/** The bytes of a request. */
export function requestBytes(
  method: 'GET' | 'POST',
  path: string,
  headers: Readonly<Record<string, string>>,
  message?: object,
): Buffer {
  const body = message === undefined ? '' : JSON.stringify(message);
  const fields = Object.entries({
    Host: '127.0.0.1',
    ...headers,
    ...(message !== undefined && {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
    }),
  });
  const lines = fields.map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, '', body].join('\r\n'));
}
