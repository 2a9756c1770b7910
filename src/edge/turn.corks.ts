import type { Socket } from 'node:net';

/**
 * Holds back what is written to a connection in the turn of the event loop that its request came in with. All such
 * answers leave together at the end of the turn, which wakes whoever waits for them, often one proxy, once.
 */
export class TurnCorks {
  private held: Socket[] = [];

  hold(socket: Socket): void {
    socket.cork();
    if (this.held.push(socket) === 1) setImmediate(() => this.release());
  }

  private release(): void {
    const { held } = this;
    this.held = [];
    for (const socket of held) socket.uncork();
  }
}
