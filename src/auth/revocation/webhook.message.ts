import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** A user who is out, in the words of a webhook. */
export interface UserOut {
  readonly subject: string;
  /** When Logto wrote it, in milliseconds since the epoch. */
  readonly at: number;
}

/** Logto writes `sha256=` before the digest; its documentation compares the digest alone. */
const SIGNATURE = /^(?:sha256=)?([\da-f]{64})$/i;

const at = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const subject = z.string().min(1).max(255);

/** The user is gone, so there is no data, and only the call that deleted it says who it was. */
const deleted = z.looseObject({
  event: z.literal('User.Deleted'),
  createdAt: at,
  params: z.looseObject({ userId: subject }),
});

const suspended = z.looseObject({
  event: z.literal('User.SuspensionStatus.Updated'),
  createdAt: at,
  data: z.looseObject({ id: subject, isSuspended: z.literal(true) }),
});

/** Whether a header has the form of a signature, of whatever body. */
export const hasSignatureForm = (signature: unknown): boolean =>
  typeof signature === 'string' && SIGNATURE.test(signature);

/** Whether the bytes were signed with the webhook's key: HMAC-SHA256 over the body as it was sent. */
export function isSigned(body: Uint8Array, signature: unknown, key: string): boolean {
  const [, digest] = (typeof signature === 'string' && SIGNATURE.exec(signature)) || [];
  if (digest === undefined) return false;
  return timingSafeEqual(createHmac('sha256', key).update(body).digest(), Buffer.from(digest, 'hex'));
}

/** Who is out; nobody, when the message is about something else, or a test of the webhook. */
export function userOutIn(body: Uint8Array): UserOut | undefined {
  const message = parsed(body);
  const gone = deleted.safeParse(message).data;
  if (gone !== undefined) return { subject: gone.params.userId, at: gone.createdAt };
  const stopped = suspended.safeParse(message).data;
  return stopped && { subject: stopped.data.id, at: stopped.createdAt };
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    // Signed, but not JSON: nothing that Logto sends, and nothing to act upon.
    return undefined;
  }
}
