import type { Exchange } from './transports/mcp.transport.js';

/** Seam: whether a message may go on, whose sender is known and whose body is read. Asked over HTTP, in every era. */
export abstract class MessageLimiter {
  /** @throws what a filter of the host renders */
  abstract admit(exchange: Exchange): Promise<void> | void;
}
