import { createHmac, timingSafeEqual } from 'node:crypto';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { z } from 'zod';

// A position is a name or a URI; nothing we have sealed is longer.
const MAX_LENGTH = 16_384;
const Position = z.tuple([z.string(), z.string()]);

/**
 * The cursors of all lists. A cursor says after which entry a page begins, sealed with the server's key: what we have
 * not made, or have made for another list, is refused. It holds no state, so any node can read it.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/pagination
 */
export class CursorSeal {
  constructor(private readonly secret: Uint8Array) {}

  seal(list: string, after: string): string {
    const position = Buffer.from(JSON.stringify([list, after])).toString('base64url');
    return `${position}.${this.sign(position).toString('base64url')}`;
  }

  /** @throws {ProtocolError} -32602 for a cursor that is not ours or not of this list */
  open(list: string, cursor: string): string {
    const fault = new ProtocolError(ProtocolErrorCode.InvalidParams, 'The cursor is not valid for this list');
    if (cursor.length > MAX_LENGTH) throw fault;
    const [position = '', seal = ''] = cursor.split('.');
    const right = this.sign(position);
    const given = Buffer.from(seal, 'base64url');
    if (given.length !== right.length || !timingSafeEqual(given, right)) throw fault;
    // Base64 has several spellings of one value; only ours is a cursor.
    if (cursor !== `${position}.${right.toString('base64url')}`) throw fault;
    const [of, after] = Position.parse(JSON.parse(Buffer.from(position, 'base64url').toString()));
    if (of !== list) throw fault;
    return after;
  }

  private sign(position: string): Buffer {
    // The word in front keeps a seal made with the same key for another purpose from passing for a cursor.
    return createHmac('sha256', this.secret).update(`cursor:${position}`).digest();
  }
}
