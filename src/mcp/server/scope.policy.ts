import { z } from 'zod';
import type { Catalog } from '../features/catalog.js';
import type { Feature } from '../features/feature.js';
import { memberOf } from '../members.js';
import type { Principal } from '../principal.js';
import { CompleteParams, type Reference } from './request.params.js';
import { MAX_WATCHED } from './session.subscriptions.js';

/**
 * The one authorization decision, below every transport.
 * @returns all scopes of the operation when the caller lacks one of them, so that one challenge can ask for them
 * together; `undefined` when the call may go on.
 */
export function scopesWanted(
  required: readonly string[],
  principal: Principal,
): readonly string[] | undefined {
  return required.every((scope) => principal.scopes.includes(scope)) ? undefined : required;
}

/** The same question for messages that have not been dispatched yet; a batch is one operation. */
export function scopesWantedBy(
  messages: readonly unknown[],
  catalog: Catalog,
  principal: Principal,
): readonly string[] | undefined {
  const required = new Set(messages.flatMap((message) => featuresOf(message, catalog)).flatMap(scopesOf));
  return scopesWanted([...required], principal);
}

const scopesOf = (feature: Feature | undefined): readonly string[] => feature?.scopes ?? [];

const Listening = z.object({ notifications: z.object({ resourceSubscriptions: z.array(z.string()) }) });
const Completing = CompleteParams.pick({ ref: true });

/** Every method that names features. What is malformed names none here, and is refused when it is dispatched. */
function featuresOf(message: unknown, catalog: Catalog): readonly (Feature | undefined)[] {
  const params = memberOf(message, 'params');
  switch (memberOf(message, 'method')) {
    // The one that must be quick.
    case 'tools/call':
      return [catalog.tool(nameIn(params, 'name'))];
    case 'prompts/get':
      return [catalog.prompt(nameIn(params, 'name'))];
    case 'resources/read':
    case 'resources/subscribe':
      return [catalog.resource(nameIn(params, 'uri'))?.feature];
    case 'completion/complete': {
      const { data } = Completing.safeParse(params);
      return data === undefined ? [] : [completedFeature(data.ref, catalog)];
    }
    case 'subscriptions/listen': {
      const { data } = Listening.safeParse(params);
      // More than may be watched are refused as a whole later.
      const uris = (data?.notifications.resourceSubscriptions ?? []).slice(0, MAX_WATCHED);
      return [...new Set(uris)].map((uri) => catalog.resource(uri)?.feature);
    }
    default:
      return [];
  }
}

/** What a message is about. What is malformed has the name of nothing. */
function nameIn(params: unknown, member: string): string {
  const name = memberOf(params, member);
  return typeof name === 'string' ? name : '';
}

/** The prompt or resource whose argument is being completed. */
export function completedFeature(ref: Reference, catalog: Catalog): Feature | undefined {
  if (ref.type === 'ref/prompt') return catalog.prompt(ref.name);
  // A client may name a plain resource, which has nothing to complete but exists.
  return catalog.resourceTemplate(ref.uri) ?? catalog.resource(ref.uri)?.feature;
}
