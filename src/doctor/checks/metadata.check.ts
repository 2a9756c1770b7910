import type { EndpointEvidence, Evidence } from '../evidence/evidence.js';
import { type Exchange, headerOf, isDocument, listOf, statusOf, textOf } from '../evidence/exchange.js';
import { type Finding, type FindingCode, notice, problem } from '../finding.js';
import type { Check } from './check.js';
import { differenceOf, type UrlDifference } from './url.difference.js';

/** The protected-resource metadata (RFC 9728): there, open to everybody, and about this endpoint. */
export const metadataCheck: Check = {
  step: 'metadata',
  judge: (evidence) => {
    const { endpoints, root } = evidence;
    // A server that nobody answers for has been named already.
    const reached = endpoints.filter(({ metadata }) => metadata.answer !== undefined);
    if (reached.length === 0) return undefined;
    const findings = reached.flatMap((endpoint) => judgePlace(endpoint));
    const documents = reached.flatMap((endpoint) => judgeDocument(evidence, endpoint));
    // Who looks only there is old, and finds nothing in any case when the other place is empty too.
    const noRoot = findings.length === 0 && statusOf(root) === 404;
    return [
      ...findings,
      ...documents,
      ...(noRoot ? [notice('metadata_missing_at_root', { url: root.url })] : []),
    ];
  },
};

function judgePlace({ metadata, challenged }: EndpointEvidence): Finding[] {
  return [metadata, challenged].flatMap((exchange) => (exchange ? judgeExchange(exchange) : []));
}

function judgeExchange(exchange: Exchange): Finding[] {
  const { url } = exchange;
  const status = statusOf(exchange);
  if (status === undefined) return [];
  const details = { url, status: String(status) };
  if (status === 404 || status === 405) return [problem('metadata_missing', details)];
  // A sign-in page is a redirect; a challenge is a 401.
  if (status === 401 || status === 403 || (status >= 300 && status < 400)) {
    return [problem('metadata_guarded', details)];
  }
  if (status !== 200) return [problem('metadata_status', details)];
  return isDocument(exchange) ? [] : [problem('metadata_not_json', { url })];
}

const resourceFaults: Readonly<Record<UrlDifference, FindingCode>> = {
  slash: 'metadata_resource_slash',
  scheme: 'metadata_resource_scheme',
  path: 'metadata_resource_endpoint',
  host: 'metadata_resource_host',
};

function judgeDocument({ target, root }: Evidence, endpoint: EndpointEvidence): Finding[] {
  const document = [endpoint.challenged, endpoint.metadata, root].find(isDocument);
  // The root stands for the main endpoint alone.
  if (document === undefined || (document === root && endpoint.url !== target.urls[0])) return [];
  const { url: expected } = endpoint;
  const found = textOf(document, 'resource') ?? '';
  const difference = differenceOf(found, expected);
  const [issuer] = listOf(document, 'authorization_servers');
  const configured = target.configured?.issuer;
  return [
    ...(difference ? [problem(resourceFaults[difference], { url: document.url, found, expected })] : []),
    ...(issuer === undefined ? [problem('metadata_without_issuer', { url: document.url })] : []),
    ...(issuer !== undefined && configured !== undefined && issuer !== configured
      ? [problem('metadata_other_issuer', { url: document.url, found: issuer, expected: configured })]
      : []),
    ...(headerOf(document, 'access-control-allow-origin') === undefined
      ? [problem('metadata_cors', { url: document.url })]
      : []),
  ];
}
