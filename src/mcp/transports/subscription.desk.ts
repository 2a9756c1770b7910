import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { Catalog } from '../features/catalog.js';
import { McpOptions } from '../mcp.options.js';
import { McpNotifier } from '../notifier.js';
import type { Principal } from '../principal.js';
import { PrincipalSlots, type ReachedCap } from '../principal.slots.js';
import { toProtocolError } from '../server/request.errors.js';
import { ResourceAccess } from '../server/resource.access.js';
import { scopesWanted } from '../server/scope.policy.js';
import { watchable } from '../server/session.subscriptions.js';

const Filter = z.looseObject({ resourceSubscriptions: z.array(z.string()).optional() });
const Listen = z.looseObject({
  method: z.literal('subscriptions/listen'),
  id: z.union([z.string(), z.number()]).nullable().catch(null),
  params: z.looseObject({ notifications: Filter.optional().catch(undefined) }),
});

const isListen = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'method' in body && body.method === 'subscriptions/listen';

export type Listen = z.output<typeof Listen>;

/**
 * Decides what a `subscriptions/listen` may hear. The SDK's streams know nobody: they hand every update to whoever
 * has named its URI.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions
 */
@Injectable()
export class SubscriptionDesk implements OnModuleInit {
  private readonly open = new PrincipalSlots();

  constructor(
    private readonly catalog: Catalog,
    private readonly access: ResourceAccess,
    private readonly options: McpOptions,
    private readonly notifier: McpNotifier,
  ) {}

  onModuleInit(): void {
    this.notifier.usePublicity((uri) => this.isPublic(uri));
  }

  /** @returns nothing for any other message. A filter that is malformed is left out, and the SDK refuses that. */
  read(body: unknown): Listen | undefined {
    // Asked of every message: a schema that fails builds an error, and takes longer over it than the call.
    return isListen(body) ? Listen.safeParse(body).data : undefined;
  }

  /**
   * The request without the resources that are out of the caller's scopes, or that do not exist.
   * @throws {ProtocolError} when there are too many
   */
  permitted(listen: Listen, principal: Principal): Listen {
    return withResources(listen, (uris) => uris.filter((uri) => this.isInScope(uri, principal)));
  }

  /**
   * The request without the resources that the caller cannot read: those that do not exist look the same. They are read
   * one after the other, so that a subscription never needs more than one of the calls that the caller may have running.
   * @throws {ProtocolError} when there are too many, or a limit does not let the caller read them now
   */
  async readable(listen: Listen, principal: Principal, signal: AbortSignal): Promise<Listen> {
    const uris = this.permitted(listen, principal).params.notifications?.resourceSubscriptions ?? [];
    const readable: string[] = [];
    for (const uri of uris) if (await this.canRead(uri, principal, signal)) readable.push(uri);
    return withResources(listen, () => readable);
  }

  /** @returns the cap that leaves no room for one more stream */
  reachedCap(principal: Principal): ReachedCap | undefined {
    return this.open.reachedCap(principal, this.options.subscriptions);
  }

  /** @returns ends the stream's place */
  admit(principal: Principal): () => void {
    return this.open.take(principal);
  }

  private async canRead(uri: string, principal: Principal, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.access.canRead(uri, principal, signal);
    } catch (error) {
      throw toProtocolError('subscriptions/listen', error, principal);
    }
  }

  /** Whether everybody who may read a resource reads the same. */
  private isPublic(uri: string): boolean {
    const feature = this.catalog.resource(uri)?.feature;
    if (feature === undefined) return false;
    const scope = feature.cache?.cacheScope;
    return feature.kind === 'resource' ? scope !== 'private' : scope === 'public';
  }

  private isInScope(uri: string, principal: Principal): boolean {
    const found = this.catalog.resource(uri);
    return found !== undefined && scopesWanted(found.feature.scopes, principal) === undefined;
  }
}

function withResources(listen: Listen, choose: (uris: string[]) => string[]): Listen {
  const { params } = listen;
  const { notifications } = params;
  if (notifications?.resourceSubscriptions === undefined) return listen;
  const asked = watchable(notifications.resourceSubscriptions);
  return {
    ...listen,
    params: { ...params, notifications: { ...notifications, resourceSubscriptions: choose(asked) } },
  };
}
