import { Injectable } from '@nestjs/common';
import { ProtocolError, ProtocolErrorCode, type Server } from '@modelcontextprotocol/server';

/** Resources that one connection may watch at once. */
export const MAX_WATCHED = 100;

/**
 * Returns the resources that one connection asks to watch, each once.
 * @throws {ProtocolError} when they are too many
 */
export function watchable(uris: readonly string[]): string[] {
  const unique = [...new Set(uris)];
  if (unique.length > MAX_WATCHED) throw tooMany();
  return unique;
}

const tooMany = () =>
  new ProtocolError(ProtocolErrorCode.InvalidRequest, `No more than ${MAX_WATCHED} subscriptions at once`);

/** Which resources each session watches. Forgotten with the session's server. */
@Injectable()
export class SessionSubscriptions {
  private readonly uris = new WeakMap<Server, Set<string>>();

  /** @throws {ProtocolError} when the session watches too many */
  add(server: Server, uri: string): void {
    const watched = this.uris.get(server) ?? new Set();
    if (watched.size >= MAX_WATCHED && !watched.has(uri)) throw tooMany();
    this.uris.set(server, watched.add(uri));
  }

  remove(server: Server, uri: string): void {
    this.uris.get(server)?.delete(uri);
  }

  has(server: Server, uri: string): boolean {
    return this.uris.get(server)?.has(uri) ?? false;
  }
}
