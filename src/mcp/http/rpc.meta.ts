/** `params._meta` of a message, or nothing at all: callers look keys up in it and must not find inherited ones. */
export function metaOf(message: unknown): Readonly<Record<string, unknown>> {
  const meta = memberOf(memberOf(message, 'params'), '_meta');
  return typeof meta === 'object' && meta !== null ? { ...meta } : {};
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}
