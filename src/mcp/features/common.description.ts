import type { Icon } from '@modelcontextprotocol/server';

interface Described {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly icons?: readonly Icon[];
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** What the entries of all four lists have in common. */
export function describeCommon({ name, title, description, icons, meta }: Described): {
  name: string;
  title?: string;
  description?: string;
  icons?: Icon[];
  _meta?: Record<string, unknown>;
} {
  return {
    name,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(icons !== undefined && { icons: [...icons] }),
    ...(meta !== undefined && { _meta: { ...meta } }),
  };
}

/** @throws {Error} when the name is empty, or longer than a client can show */
export function checkName(kind: string, name: string): void {
  if (!/^[^\p{Cc}]{1,128}$/u.test(name) || name.trim() !== name) {
    throw new Error(`${kind} name "${name}" must be 1 to 128 characters without control characters`);
  }
}
