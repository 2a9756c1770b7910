import { discoveryOf } from '../evidence/evidence.js';
import { problem } from '../finding.js';
import type { Check } from './check.js';

/** `Date` counts whole seconds, and the way there and back is not the same length. */
const TOLERANCE_SECONDS = 2;

/** Logto writes the times into tokens, and this server compares them with its own clock. */
export const clockCheck: Check = {
  step: 'clock',
  judge: (evidence) => {
    const server = evidence.endpoints[0]?.challenge.answer?.clockOffsetSeconds;
    const logto = discoveryOf(evidence)?.answer?.clockOffsetSeconds;
    if (server === undefined || logto === undefined) return undefined;
    const ahead = logto - server;
    if (Math.abs(ahead) <= evidence.target.skewSeconds + TOLERANCE_SECONDS) return [];
    const details = { seconds: String(Math.abs(ahead)), limit: String(evidence.target.skewSeconds) };
    return [problem('clock_skew', { ...details, ahead: ahead > 0 ? 'Logto' : 'MCP server' })];
  },
};
