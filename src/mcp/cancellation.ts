import type { RequestId } from '@modelcontextprotocol/server';
import { memberOf } from './members.js';

export const isRequestId = (value: unknown): value is RequestId =>
  typeof value === 'string' || typeof value === 'number';

/** The request that a message cancels. A cancelled request is never answered. */
export function cancelledBy(message: object): RequestId | undefined {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined;
  const id = memberOf(memberOf(message, 'params'), 'requestId');
  return isRequestId(id) ? id : undefined;
}
