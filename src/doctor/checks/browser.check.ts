import type { BrowserEvidence } from '../evidence/evidence.js';
import { headerOf, statusOf } from '../evidence/exchange.js';
import { type Finding, problem } from '../finding.js';
import type { Check } from './check.js';

/** Web pages that are meant to get in: their origin is not refused, and they can read the challenge. */
export const browserCheck: Check = {
  step: 'browser',
  judge: ({ browsers }) => {
    const reached = browsers.filter(({ challenge }) => challenge.answer !== undefined);
    return reached.length === 0 ? undefined : reached.flatMap(judgeBrowser);
  },
};

function judgeBrowser({ origin, preflight, challenge }: BrowserEvidence): Finding[] {
  const { url } = challenge;
  if (statusOf(challenge) === 403) return [problem('origin_refused', { url, origin })];
  const status = statusOf(preflight) ?? 0;
  const allowed = headerOf(preflight, 'access-control-allow-origin');
  const headers = (headerOf(preflight, 'access-control-allow-headers') ?? '').toLowerCase();
  const passes = status >= 200 && status < 300 && (allowed === '*' || allowed === origin);
  if (!passes || !/authorization/.test(headers)) {
    return [problem('preflight_refused', { url, origin, status: String(status) })];
  }
  const exposed = headerOf(challenge, 'access-control-expose-headers') ?? '';
  return /www-authenticate/i.test(exposed) ? [] : [problem('challenge_hidden', { url, origin })];
}
