import type { Evidence, ResourceEvidence } from '../evidence/evidence.js';
import { headerOf, textOf } from '../evidence/exchange.js';
import { type Finding, problem } from '../finding.js';
import type { Check } from './check.js';
import { differenceOf, isSimilar } from './url.difference.js';

/** Logto knows the endpoint's URL as an API resource, byte for byte, and lets the agent ask for it. */
export const resourceCheck: Check = {
  step: 'resource',
  judge: (evidence) => {
    const { resources, tenant } = evidence;
    if (tenant?.refused !== undefined) return [problem('tenant_refused', { reason: tenant.refused })];
    const asked = resources.filter(({ authorize }) => authorize !== undefined);
    if (tenant === undefined && asked.length === 0) return undefined;
    const unknown = resources.flatMap((resource) => judgeResource(evidence, resource));
    return unknown.length > 0 ? unknown : asked.slice(0, 1).flatMap(judgeApp);
  },
};

function judgeResource({ tenant }: Evidence, { url, authorize }: ResourceEvidence): Finding[] {
  const refused = authorizationError({ url, authorize })?.error === 'invalid_target';
  const unlisted = tenant !== undefined && !tenant.indicators.includes(url);
  if (!refused && !unlisted) return [];
  const found = tenant?.indicators.find((indicator) => isSimilar(indicator, url));
  if (found === undefined) return [problem('resource_unknown', { url })];
  const code = differenceOf(found, url) === 'slash' ? 'resource_slash' : 'resource_similar';
  return [problem(code, { url, found })];
}

function judgeApp(resource: ResourceEvidence): Finding[] {
  const { authorize } = resource;
  if (authorize === undefined) return [];
  const { client, redirectUri, scope } = authorize;
  const error = authorizationError(resource);
  if (error?.error === 'invalid_client') return [problem('app_unknown', { client })];
  if (error?.error === 'invalid_redirect_uri') return [problem('app_redirect', { client, redirectUri })];
  if (error?.error === 'invalid_scope') {
    return [problem('app_scope', { client, scope: error.scope ?? scope })];
  }
  return [];
}

/** On the way back to the app, or on a page when Logto does not even believe that it is the app's. */
function authorizationError({ authorize }: ResourceEvidence) {
  if (authorize === undefined) return undefined;
  const { exchange, redirectUri } = authorize;
  const location = headerOf(exchange, 'location');
  // Logto writes the code of OAuth as one of its own as well: `oidc.invalid_client`.
  const told = textOf(exchange, 'error') ?? textOf(exchange, 'code')?.replace('oidc.', '');
  if (location === undefined) return { error: told, scope: undefined };
  if (!location.startsWith(redirectUri) || !URL.canParse(location)) return undefined;
  const { searchParams } = new URL(location);
  return { error: searchParams.get('error') ?? undefined, scope: searchParams.get('scope') ?? undefined };
}
