import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from './suite.runner.js';

const RequirementSet = z.object({
  server: z.array(z.string()),
  not_scored: z.array(
    z.object({ scenario: z.string(), leg: z.enum(['server', 'client']), reason: z.string() }),
  ),
});

/** The scenarios of a revision, as the suite's own frozen file names them. */
export interface Requirements {
  readonly scored: readonly string[];
  /** Run and reported by the suite, but not counted by it: extensions, and what its own sample server fails. */
  readonly unscored: readonly string[];
}

export function requirementsOf(revision: string): Requirements {
  const file = join(packageRoot('@modelcontextprotocol/conformance'), 'requirements', `${revision}.yaml`);
  const { server, not_scored } = RequirementSet.parse(parse(readFileSync(file, 'utf8')));
  return {
    scored: server,
    unscored: not_scored.filter(({ leg }) => leg === 'server').map(({ scenario }) => scenario),
  };
}
