import { Injectable } from '@nestjs/common';
import { ProtocolError, ProtocolErrorCode, type Server } from '@modelcontextprotocol/server';

/** Resources that one connection may watch at once. */
const MAX_WATCHED = 100;

/** Of the resources that somebody wants to watch, those that one connection may. Nobody looks at the others. */
export const watchable = (uris: readonly string[]): string[] => [...new Set(uris)].slice(0, MAX_WATCHED);

/** Which resources each session watches. Forgotten with the session's server. */
@Injectable()
export class SessionSubscriptions {
  private readonly uris = new WeakMap<Server, Set<string>>();

  /** @throws {ProtocolError} when the session watches too many */
  add(server: Server, uri: string): void {
    const watched = this.uris.get(server) ?? new Set();
    if (watched.size >= MAX_WATCHED && !watched.has(uri)) {
      throw new ProtocolError(
        ProtocolErrorCode.InvalidRequest,
        `No more than ${MAX_WATCHED} subscriptions at once`,
      );
    }
    this.uris.set(server, watched.add(uri));
  }

  remove(server: Server, uri: string): void {
    this.uris.get(server)?.delete(uri);
  }

  has(server: Server, uri: string): boolean {
    return this.uris.get(server)?.has(uri) ?? false;
  }
}
