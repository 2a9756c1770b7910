import { ownerOf, type Principal } from '../../principal.js';

/**
 * What a sealed state is bound to: who calls, through which client, what, with which arguments. The order of keys does
 * not count, because a client may write the same call anew.
 */
export function bindingOf(principal: Principal, method: string, params: unknown): string {
  return JSON.stringify([ownerOf(principal), method, withoutMeta(params)], sortKeys);
}

/** `_meta` is about the request, not about the call: a progress token differs in each round. */
function withoutMeta(params: unknown): unknown {
  if (typeof params !== 'object' || params === null) return null;
  return { ...params, _meta: undefined };
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
