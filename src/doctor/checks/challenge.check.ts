import { bearerParameters } from '../evidence/challenge.parameters.js';
import type { EndpointEvidence } from '../evidence/evidence.js';
import { headerOf, statusOf } from '../evidence/exchange.js';
import { type Finding, problem } from '../finding.js';
import type { Check } from './check.js';
import { originOf } from './url.difference.js';

/** A request without a token is answered 401, and the challenge says where the metadata is (RFC 9728 §5.1). */
export const challengeCheck: Check = {
  step: 'challenge',
  judge: ({ endpoints }) => endpoints.flatMap(judgeEndpoint),
};

function judgeEndpoint(endpoint: EndpointEvidence): Finding[] {
  const { url, challenge } = endpoint;
  const status = statusOf(challenge);
  if (status === undefined) {
    return [problem('server_unreachable', { url, reason: challenge.failure ?? 'network' })];
  }
  if (status === 401) return judgeChallenge(endpoint);
  const details = { url, status: String(status) };
  if (status === 404 || status === 405) return [problem('endpoint_missing', details)];
  if (status === 421) return [problem('host_refused', { url, host: new URL(url).host })];
  if (status >= 300 && status < 400) {
    return [problem('endpoint_redirects', { ...details, location: headerOf(challenge, 'location') ?? '' })];
  }
  return [problem(status < 300 ? 'endpoint_open' : 'endpoint_status', details)];
}

function judgeChallenge({ url, challenge, metadataUrl }: EndpointEvidence): Finding[] {
  const header = headerOf(challenge, 'www-authenticate');
  if (bearerParameters(header) === undefined) return [problem('challenge_missing', { url })];
  if (metadataUrl === undefined) return [problem('challenge_without_metadata', { url })];
  if (!URL.canParse(metadataUrl)) return [problem('challenge_relative', { url, found: metadataUrl })];
  if (originOf(metadataUrl) === originOf(url)) return [];
  return [problem('challenge_elsewhere', { url, found: metadataUrl, expected: originOf(url) })];
}
