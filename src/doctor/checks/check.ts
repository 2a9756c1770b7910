import type { Evidence } from '../evidence/evidence.js';
import type { Finding } from '../finding.js';

export const STEPS = [
  'challenge',
  'metadata',
  'discovery',
  'security',
  'registration',
  'resource',
  'browser',
  'clock',
  'token',
] as const;
export type Step = (typeof STEPS)[number];

/** Judges one step of the chain. Knows no network and no clock. */
export interface Check {
  readonly step: Step;
  /** `undefined`: the chain did not get that far, or nobody asked for it. */
  readonly judge: (evidence: Evidence) => readonly Finding[] | undefined;
}
