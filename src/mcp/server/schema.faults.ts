import type { StandardSchemaV1 } from '@modelcontextprotocol/server';

const MOST = 10;
const LONGEST = 200;

/**
 * What a schema has found wrong, for the caller to read; a huge input must not make a huge answer, and the names of its
 * members are part of what a schema says.
 */
export function faultsOf(issues: readonly StandardSchemaV1.Issue[]): string {
  return issues
    .slice(0, MOST)
    .map(({ path, message }) => {
      const where = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
      const fault = where === '' ? message : `${where}: ${message}`;
      return fault.length > LONGEST ? `${fault.slice(0, LONGEST)}...` : fault;
    })
    .join('; ');
}
