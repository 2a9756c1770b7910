import { discoveryOf } from '../evidence/evidence.js';
import { listOf } from '../evidence/exchange.js';
import { problem } from '../finding.js';
import type { Check } from './check.js';
import { isLoopback } from './url.difference.js';

/** What clients insist on before they send anybody there: TLS, PKCE with S256, and `iss` in the answer (RFC 9207). */
export const securityCheck: Check = {
  step: 'security',
  judge: (evidence) => {
    const document = discoveryOf(evidence);
    const issuer = evidence.issuer?.issuer;
    if (document === undefined || issuer === undefined) return undefined;
    const { url } = document;
    const sendsIss = document.answer?.json?.['authorization_response_iss_parameter_supported'] === true;
    const hasPkce = listOf(document, 'code_challenge_methods_supported').includes('S256');
    return [
      ...(issuer.startsWith('http:') && !isLoopback(issuer) ? [problem('issuer_http', { issuer })] : []),
      ...(hasPkce ? [] : [problem('pkce_missing', { url })]),
      ...(sendsIss ? [] : [problem('iss_missing', { url })]),
    ];
  },
};
