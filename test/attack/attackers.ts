import { connect, type Socket } from 'node:net';

/** Source addresses of their own: on Linux all of 127.0.0.0/8 is this machine. */
export const addresses = (count: number, network: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `127.${network}.${Math.floor(n / 250)}.${(n % 250) + 1}`);

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Connections of attackers. An attack ends with `close()`, whatever state it is in. */
export class Attackers {
  private readonly sockets = new Set<Socket>();
  private isClosed = false;
  opened = 0;
  /** Connections that the server has ended. */
  ended = 0;

  constructor(
    private readonly port: number,
    private readonly maxConnections: number,
  ) {}

  get open(): number {
    return this.sockets.size;
  }

  /** Opens a connection, sends a head, then one byte of its body a second. */
  drip(address: string, head: string): void {
    const socket = this.dial(address);
    if (socket === undefined) return;
    socket.write(head);
    const drop = head.includes('chunked') ? '1\r\n \r\n' : ' ';
    const timer = setInterval(() => socket.write(drop), 1_000);
    socket.once('close', () => clearInterval(timer));
  }

  dial(address: string): Socket | undefined {
    if (this.isClosed || this.sockets.size >= this.maxConnections) return undefined;
    const socket = connect({ host: '127.0.0.1', port: this.port, localAddress: address });
    this.sockets.add(socket);
    this.opened += 1;
    socket.on('error', () => undefined).resume();
    socket.once('end', () => socket.destroy());
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.ended += 1;
    });
    return socket;
  }

  close(): void {
    this.isClosed = true;
    for (const socket of this.sockets) socket.destroy();
  }
}
