import type { Evidence } from '../evidence/evidence.js';
import { statusOf } from '../evidence/exchange.js';
import type { TokenEvidence } from '../evidence/token.evidence.js';
import { type Finding, problem } from '../finding.js';
import type { Check } from './check.js';
import { differenceOf, isSimilar } from './url.difference.js';

/** Why this token is refused: what it says of itself, and then what the server says to it. */
export const tokenCheck: Check = {
  step: 'token',
  judge: (evidence) => {
    const { token } = evidence;
    if (token === undefined) return undefined;
    const own = token.shape === 'opaque' ? [] : judgeClaims(evidence, token);
    if (own.length > 0) return own;
    const status = statusOf(token.exchange);
    if (token.exchange === undefined)
      return [problem('token_unsent', { url: evidence.target.urls[0] ?? '' })];
    // Anything else is said about the request, which was a bare one, and not about its token.
    const isRefused = status === 401 || status === 403 || status === 503 || status === undefined;
    return isRefused ? [problem('token_refused', { status: String(status ?? token.exchange.failure) })] : [];
  },
};

function judgeClaims(evidence: Evidence, token: TokenEvidence): Finding[] {
  if (token.shape === 'malformed') return [problem('token_malformed')];
  // RFC 9068 §2.1, §2.2: an ID token has another type and names no client.
  if (!/^(?:application\/)?at\+jwt$/i.test(token.type ?? '') || !token.hasClient) {
    return [problem('token_kind', { type: token.type ?? '-' })];
  }
  const issuer = evidence.issuer?.issuer;
  if (issuer !== undefined && token.issuer !== issuer) {
    return [problem('token_issuer', { found: token.issuer ?? '-', expected: issuer })];
  }
  return [...judgeAudience(evidence, token), ...judgeTimes(evidence, token)];
}

function judgeAudience({ target: { urls } }: Evidence, { audiences }: TokenEvidence): Finding[] {
  const [expected = ''] = urls;
  if (audiences.includes(expected)) return [];
  const found = audiences.join(', ');
  if (audiences.some((audience) => differenceOf(audience, expected) === 'slash')) {
    return [problem('token_audience_slash', { found, expected })];
  }
  const isNeighbour = audiences.some(
    (audience) => differenceOf(audience, expected) === 'path' && !isSimilar(audience, expected),
  );
  return [problem(isNeighbour ? 'token_audience_endpoint' : 'token_audience', { found, expected })];
}

function judgeTimes({ target }: Evidence, { expiresAt, startsAt, now }: TokenEvidence): Finding[] {
  const { skewSeconds } = target;
  if (expiresAt !== undefined && expiresAt <= now - skewSeconds) {
    return [problem('token_expired', { seconds: String(now - expiresAt) })];
  }
  if ((startsAt ?? 0) > now + skewSeconds) {
    return [problem('token_early', { seconds: String((startsAt ?? 0) - now) })];
  }
  return [];
}
