import { z } from 'zod';
import type { Catalog } from '../features/catalog.js';
import type { Feature } from '../features/feature.js';
import type { Principal } from '../principal.js';
import { CompleteParams, ReadParams, type Reference } from './request.params.js';
import { watchable } from './session.subscriptions.js';

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

const Named = z.object({ name: z.string() });
const Listening = z.object({ notifications: z.object({ resourceSubscriptions: z.array(z.string()) }) });

/** Every method that names features. What is malformed names none here, and is refused when it is dispatched. */
const Message = z.discriminatedUnion('method', [
  z.object({ method: z.literal('tools/call'), params: Named }),
  z.object({ method: z.literal('prompts/get'), params: Named }),
  z.object({ method: z.literal(['resources/read', 'resources/subscribe']), params: ReadParams }),
  z.object({ method: z.literal('completion/complete'), params: CompleteParams.pick({ ref: true }) }),
  z.object({ method: z.literal('subscriptions/listen'), params: Listening }),
]);

function featuresOf(message: unknown, catalog: Catalog): readonly (Feature | undefined)[] {
  const { data } = Message.safeParse(message);
  if (data === undefined) return [];
  switch (data.method) {
    case 'tools/call':
      return [catalog.tool(data.params.name)];
    case 'prompts/get':
      return [catalog.prompt(data.params.name)];
    case 'resources/read':
    case 'resources/subscribe':
      return [catalog.resource(data.params.uri)?.feature];
    case 'completion/complete':
      return [completedFeature(data.params.ref, catalog)];
    case 'subscriptions/listen':
      return watchable(data.params.notifications.resourceSubscriptions).map(
        (uri) => catalog.resource(uri)?.feature,
      );
    default:
      return data satisfies never;
  }
}

/** The prompt or resource whose argument is being completed. */
export function completedFeature(ref: Reference, catalog: Catalog): Feature | undefined {
  if (ref.type === 'ref/prompt') return catalog.prompt(ref.name);
  // A client may name a plain resource, which has nothing to complete but exists.
  return catalog.resourceTemplate(ref.uri) ?? catalog.resource(ref.uri)?.feature;
}
