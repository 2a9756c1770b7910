import type { Step } from './checks/check.js';
import { CHECKS } from './checks/registry.js';
import type { Evidence } from './evidence/evidence.js';
import type { Finding } from './finding.js';

export interface StepResult {
  readonly step: Step;
  readonly result: 'ok' | 'notice' | 'problem' | 'skipped';
}

/** What was found out, step by step. */
export interface Diagnosis {
  readonly healthy: boolean;
  readonly url: string;
  readonly issuer?: string;
  readonly steps: readonly StepResult[];
  readonly findings: readonly Finding[];
}

export function diagnose(evidence: Evidence): Diagnosis {
  const judged = CHECKS.map(({ step, judge }) => ({ step, findings: judge(evidence) }));
  const findings = judged.flatMap((one) => one.findings ?? []);
  return {
    healthy: findings.every(({ severity }) => severity === 'notice'),
    url: evidence.target.urls[0] ?? '',
    ...(evidence.issuer && { issuer: evidence.issuer.issuer }),
    steps: judged.map((one) => ({ step: one.step, result: resultOf(one.findings) })),
    findings,
  };
}

function resultOf(findings: readonly Finding[] | undefined): StepResult['result'] {
  if (findings === undefined) return 'skipped';
  if (findings.some(({ severity }) => severity === 'problem')) return 'problem';
  return findings.length > 0 ? 'notice' : 'ok';
}
