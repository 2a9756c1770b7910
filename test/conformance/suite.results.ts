import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Check = z.object({
  id: z.string(),
  status: z.enum(['SUCCESS', 'FAILURE', 'WARNING', 'SKIPPED', 'INFO']),
  errorMessage: z.string().optional(),
});

type Check = z.output<typeof Check>;

/** What a suite wrote down about one scenario. */
export interface ScenarioResult {
  readonly scenario: string;
  /** As the suite sees it: a warning does not fail a scenario. `skipped`: it did not look at anything. */
  readonly verdict: 'passed' | 'failed' | 'skipped';
  readonly succeeded: number;
  /** Checks with a verdict: succeeded, warned about or failed. */
  readonly total: number;
  readonly failures: readonly string[];
  /** A SHOULD that was not met. */
  readonly warnings: readonly string[];
  /** What the suite could have looked at, and did not. */
  readonly skipped: readonly string[];
}

/** `server-tools-list-2026-11-24T00-00-00-000Z`, and the same after `authorization-`. */
const DIRECTORY = /^(?:authorization-)?server-(.+)-\d{4}-\d{2}-\d{2}T[\d-]+Z$/;

/** Reads the files a suite leaves in its output directory, one scenario a directory, in the order of their names. */
export function readResults(directory: string): ScenarioResult[] {
  return readdirSync(directory).flatMap((entry) => {
    const scenario = DIRECTORY.exec(entry)?.[1];
    return scenario === undefined ? [] : [verdictOf(scenario, join(directory, entry, 'checks.json'))];
  });
}

function verdictOf(scenario: string, file: string): ScenarioResult {
  const checks = readChecks(file) ?? [{ id: scenario, status: 'FAILURE', errorMessage: 'It did not end' }];
  const told = (wanted: string) =>
    checks
      .filter(({ status }) => status === wanted)
      .map(({ id, errorMessage = '' }) => `${scenario}: ${wanted} ${id}: ${errorMessage}`);
  const succeeded = told('SUCCESS').length;
  const failures = told('FAILURE');
  const warnings = told('WARNING');
  const total = succeeded + failures.length + warnings.length;
  const verdict = failures.length > 0 ? 'failed' : total > 0 ? 'passed' : 'skipped';
  return { scenario, verdict, succeeded, total, failures, warnings, skipped: told('SKIPPED') };
}

function readChecks(file: string): readonly Check[] | undefined {
  try {
    return z.array(Check).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    // A scenario that throws leaves its directory empty.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
