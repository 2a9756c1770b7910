import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The data of the events of an open stream, one after another. */
export class EventStream {
  private text = '';
  private readonly events: string[] = [];
  private waiting: ((data: string) => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (chunk) => this.read(String(chunk)));
    socket.on('error', () => undefined);
  }

  static async open(port: number, request: Buffer): Promise<EventStream> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(request);
    return new EventStream(socket);
  }

  next(): Promise<string> {
    const known = this.events.shift();
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => {
      this.waiting = resolve;
    });
  }

  close(): void {
    this.socket.destroy();
  }

  /** Chunk sizes stand on lines of their own, and comments begin with a colon: neither looks like data. */
  private read(chunk: string): void {
    const lines = (this.text + chunk).split('\n');
    this.text = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('data: ')) continue;
      const data = line.slice('data: '.length).trimEnd();
      const { waiting } = this;
      this.waiting = undefined;
      if (waiting === undefined) this.events.push(data);
      else waiting(data);
    }
  }
}
