import { discoveryOf } from '../evidence/evidence.js';
import { isDocument, listOf, statusOf, textOf } from '../evidence/exchange.js';
import { type Finding, notice, problem } from '../finding.js';
import type { Check } from './check.js';

/** How an agent that nobody registered gets a client id: a metadata document (CIMD), registration, or not at all. */
export const registrationCheck: Check = {
  step: 'registration',
  judge: (evidence) => {
    const { issuer } = evidence;
    const document = discoveryOf(evidence);
    if (issuer === undefined || document === undefined) return undefined;
    const { inserted, registration } = issuer;
    const bridge = isDocument(inserted) ? inserted : undefined;
    const found = textOf(bridge, 'issuer') ?? '';
    if (bridge !== undefined && found !== issuer.issuer) {
      return [problem('registration_issuer', { url: bridge.url, found, expected: issuer.issuer })];
    }
    const hasCimd = [document, bridge].some(
      (one) => one?.answer?.json?.['client_id_metadata_document_supported'] === true,
    );
    if (!hasCimd && registration === undefined) {
      return [notice('registration_none', { issuer: issuer.issuer })];
    }
    const findings: Finding[] = [];
    const status = registration && (statusOf(registration) ?? registration.failure ?? 'network');
    if (registration && (typeof status === 'string' || (status ?? 0) >= 500)) {
      findings.push(problem('registration_dead', { url: registration.url, reason: String(status) }));
    }
    const methods = listOf(document, 'token_endpoint_auth_methods_supported');
    if (hasCimd && methods.length > 0 && !methods.includes('none')) {
      findings.push(problem('cimd_no_public_clients', { url: document.url }));
    }
    return findings;
  },
};
