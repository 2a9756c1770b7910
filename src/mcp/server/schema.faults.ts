import type { StandardSchemaV1 } from '@modelcontextprotocol/server';

/** What a schema has found wrong, for the caller to read; a huge input must not make a huge answer. */
export function faultsOf(issues: readonly StandardSchemaV1.Issue[]): string {
  return issues
    .slice(0, 10)
    .map(({ path, message }) => {
      const where = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
      return where === '' ? message : `${where}: ${message}`;
    })
    .join('; ');
}
