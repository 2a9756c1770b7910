import type { ScenarioResult } from './suite.results.js';

/** One run of a suite, counted. */
export interface Score {
  readonly run: string;
  readonly passed: number;
  readonly total: number;
  /** Scenarios in which the suite found nothing to look at. */
  readonly skipped: number;
  readonly checks: { readonly succeeded: number; readonly total: number };
}

export function scoreOf(run: string, results: readonly ScenarioResult[]): Score {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  return {
    run,
    passed: results.filter(({ verdict }) => verdict === 'passed').length,
    total: results.length,
    skipped: results.filter(({ verdict }) => verdict === 'skipped').length,
    checks: {
      succeeded: sum(results.map(({ succeeded }) => succeeded)),
      total: sum(results.map(({ total }) => total)),
    },
  };
}

/** Everything that did not succeed, with the suite's own words: failed, warned about or not looked at. */
export const faultsOf = (results: readonly ScenarioResult[]): string[] =>
  results.flatMap(({ failures, warnings, skipped }) => [...failures, ...warnings, ...skipped]);

/** The scores as lines of equal columns. */
export function tableOf(scores: readonly Score[]): string {
  const width = Math.max(...scores.map(({ run }) => run.length));
  return scores
    .map(({ run, passed, total, skipped, checks }) => {
      const note = skipped > 0 ? `, ${skipped} skipped by the suite` : '';
      return `${run.padEnd(width)}  ${passed}/${total} scenarios, ${checks.succeeded}/${checks.total} checks${note}`;
    })
    .join('\n');
}
