import { memberOf } from '../members.js';

/** `params._meta` of a message, or nothing at all: callers look keys up in it and must not find inherited ones. */
export function metaOf(message: unknown): Readonly<Record<string, unknown>> {
  const meta = memberOf(memberOf(message, 'params'), '_meta');
  return typeof meta === 'object' && meta !== null ? { ...meta } : {};
}
