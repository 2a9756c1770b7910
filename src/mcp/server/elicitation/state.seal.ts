import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import {
  createRequestStateCodec,
  ProtocolError,
  ProtocolErrorCode,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

/** How long a user may take over a question. */
export const TTL_SECONDS = 600;

/** What one round hands to the next: the handler's own value, the questions that stand open, the answers so far. */
const RoundState = z.object({
  value: z.unknown().optional(),
  asked: z.record(z.string(), z.string()),
  answers: z.record(z.string(), z.object({ digest: z.string(), response: z.unknown() })),
});
const Sealed = z.object({ id: z.string(), bound: z.string(), state: RoundState });

export type RoundState = z.output<typeof RoundState>;

/**
 * Seals what travels through the client between two rounds. The client is told nothing but "invalid", whatever was
 * wrong, so that it cannot feel its way.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 */
export class StateSeal {
  private readonly log = new Logger(StateSeal.name);
  private readonly codec: RequestStateCodec;

  constructor(secret: Uint8Array) {
    // A key of its own: nothing else that this server seals can pass for a request state.
    const key = new Uint8Array(hkdfSync('sha256', secret, '', 'mcp request state', 32));
    this.codec = createRequestStateCodec({ key, ttlSeconds: TTL_SECONDS });
  }

  seal(state: RoundState, binding: string): Promise<string> {
    const id = randomBytes(16).toString('base64url');
    return this.codec.mint({ id, bound: digestOf(binding), state });
  }

  /** @throws {ProtocolError} -32602 for a state that is forged, expired, or of another call */
  async open(
    sealed: string,
    binding: string,
    ctx: ServerContext,
  ): Promise<RoundState & { readonly id: string }> {
    try {
      const { id, bound, state } = Sealed.parse(await this.codec.verify(sealed, ctx));
      if (bound !== digestOf(binding)) throw new Error('bind');
      return { ...state, id };
    } catch (error) {
      this.log.debug({ event: 'request_state.refused', error: error instanceof Error ? error.message : '' });
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Invalid or expired requestState');
    }
  }
}

const digestOf = (binding: string): string => createHash('sha256').update(binding).digest('base64url');
