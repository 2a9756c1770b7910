import { memberOf } from '../members.js';

/** The messages that a caller reads, and how deep they may lie in each other. */
const MAX_MESSAGES = 100;
const MAX_DEPTH = 8;

/**
 * What pipes have found, which Nest keeps in the response of an exception: text, texts, texts by property, errors of
 * class-validator or issues of a schema. The other members, such as the rejected value, were not written for a caller.
 */
export function messagesOf(response: unknown): string | undefined {
  const message: unknown = typeof response === 'object' ? memberOf(response, 'message') : response;
  return textsIn(message, '', 0).slice(0, MAX_MESSAGES).join('; ') || undefined;
}

function textsIn(value: unknown, path: string, depth: number): string[] {
  if (typeof value === 'string') return [path === '' ? value : `${path}.${value}`];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) {
    return value.slice(0, MAX_MESSAGES).flatMap((one) => textsIn(one, path, depth + 1));
  }
  const message: unknown = memberOf(value, 'message');
  if (typeof message === 'string') return [withPath(memberOf(value, 'path'), message)];
  const constraints: unknown = memberOf(value, 'constraints');
  const children: unknown = memberOf(value, 'children');
  if (constraints !== undefined || children !== undefined) {
    const inner = join(path, memberOf(value, 'property'));
    return [...ownTexts(constraints, path), ...textsIn(children, inner, depth + 1)];
  }
  return depth === 0 ? groupedTexts(value) : [];
}

/** `{ title: ['title must be shorter'] }`. Deeper objects may hold what was rejected. */
const groupedTexts = (groups: object): string[] =>
  Object.values(groups).flatMap((texts: unknown) =>
    Array.isArray(texts) ? texts.filter((text) => typeof text === 'string').slice(0, MAX_MESSAGES) : [],
  );

/** class-validator names the property in the message, so only the path above it is missing. */
const ownTexts = (constraints: unknown, path: string): string[] =>
  typeof constraints === 'object' && constraints !== null
    ? Object.values(constraints).flatMap((text) => (typeof text === 'string' ? textsIn(text, path, 0) : []))
    : [];

const join = (path: string, property: unknown): string =>
  [path, typeof property === 'string' ? property : ''].filter((part) => part !== '').join('.');

/** An issue of a schema does not name its place in the message. */
function withPath(path: unknown, message: string): string {
  const parts = Array.isArray(path) ? path.filter((part) => typeof part !== 'object').map(String) : [];
  return parts.length === 0 ? message : `${parts.join('.')}: ${message}`;
}
