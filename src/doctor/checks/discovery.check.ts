import type { Evidence, IssuerEvidence } from '../evidence/evidence.js';
import { type Exchange, headerOf, isDocument, statusOf, textOf } from '../evidence/exchange.js';
import { type Finding, notice, problem } from '../finding.js';
import type { Check } from './check.js';
import { differenceOf, isLoopback, originOf } from './url.difference.js';

/** Logto's own metadata: reachable from both sides, and about this issuer, byte for byte (RFC 8414 §3.3). */
export const discoveryCheck: Check = {
  step: 'discovery',
  judge: (evidence) => {
    const { issuer } = evidence;
    if (issuer === undefined) return undefined;
    return [...outside(evidence, issuer), ...inside(evidence, issuer)];
  },
};

function outside({ target }: Evidence, issuer: IssuerEvidence): Finding[] {
  const { appended, inside: back } = issuer;
  if (appended.answer === undefined) {
    const details = { url: appended.url, reason: appended.failure ?? 'network' };
    // In a container, localhost is the container: browsers may well get there.
    const elsewhere = target.configured !== undefined && isLoopback(issuer.issuer) && isDocument(back);
    return [elsewhere ? notice('logto_not_from_here', details) : problem('logto_unreachable', details)];
  }
  const answers = [issuer.inserted, issuer.insertedOidc, appended].flatMap(judgeAnswer);
  if (answers.length > 0) return answers;
  const document = [issuer.insertedOidc, appended].find(isDocument);
  if (document === undefined) return [problem('logto_no_discovery', { url: appended.url })];
  return judgeDocument(document, issuer.issuer);
}

/** A client tries all three places; a 404 sends it on, anything else stops it. */
function judgeAnswer(exchange: Exchange): Finding[] {
  const status = statusOf(exchange);
  if (status === undefined || status === 404) return [];
  const { url } = exchange;
  if (status !== 200) return [problem('logto_status', { url, status: String(status) })];
  return isDocument(exchange) ? [] : [problem('logto_not_json', { url })];
}

function judgeDocument(document: Exchange, issuer: string): Finding[] {
  const { url } = document;
  const found = textOf(document, 'issuer') ?? '';
  const difference = differenceOf(found, issuer);
  if (difference !== undefined) {
    const code = difference === 'slash' ? 'issuer_slash' : 'issuer_mismatch';
    return [problem(code, { url, found, expected: issuer })];
  }
  const strays = straysOf(document, issuer);
  return [
    ...(strays.length > 0 ? [problem('endpoints_elsewhere', { url, found: strays.join(', '), issuer })] : []),
    ...(headerOf(document, 'access-control-allow-origin') === undefined
      ? [problem('discovery_cors', { url })]
      : []),
  ];
}

/** Endpoints under another name than the issuer's. A registration bridge may have one of its own. */
const straysOf = ({ answer }: Exchange, issuer: string): string[] =>
  Object.entries(answer?.json ?? {}).flatMap(([name, value]) =>
    (name.endsWith('_endpoint') || name === 'jwks_uri') &&
    name !== 'registration_endpoint' &&
    typeof value === 'string' &&
    originOf(value) !== originOf(issuer)
      ? [`${name} ${value}`]
      : [],
  );

function inside({ target: { configured } }: Evidence, { inside: back, appended }: IssuerEvidence): Finding[] {
  if (configured === undefined || back === undefined) return [];
  const { url } = back;
  // Logto itself is down: said once is enough.
  if (back.answer === undefined) {
    const details = { url, reason: back.failure ?? 'network' };
    return appended.answer === undefined ? [] : [problem('logto_unreachable_inside', details)];
  }
  if (!isDocument(back)) {
    const isSame = isDocument(appended);
    return isSame ? [problem('logto_unreachable_inside', { url, reason: `${statusOf(back)}` })] : [];
  }
  const found = textOf(back, 'issuer') ?? '';
  return found === configured.issuer
    ? []
    : [problem('issuer_inside', { url, found, expected: configured.issuer })];
}
