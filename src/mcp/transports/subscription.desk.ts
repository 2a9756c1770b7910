import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Catalog } from '../features/catalog.js';
import { McpOptions } from '../mcp.options.js';
import { ownerOf, type Principal } from '../principal.js';
import { scopesWanted } from '../server/scope.policy.js';
import { MAX_WATCHED } from '../server/session.subscriptions.js';

const Filter = z.looseObject({ resourceSubscriptions: z.array(z.string()).optional() });
const Listen = z.looseObject({
  method: z.literal('subscriptions/listen'),
  id: z.union([z.string(), z.number()]).nullable().catch(null),
  params: z.looseObject({ notifications: Filter.optional().catch(undefined) }),
});

export type Listen = z.output<typeof Listen>;

/**
 * Decides what a `subscriptions/listen` may hear. The SDK's streams know nobody: they hand every update to whoever
 * has named its URI.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions
 */
@Injectable()
export class SubscriptionDesk {
  private readonly open = new Map<string, number>();

  constructor(
    private readonly catalog: Catalog,
    private readonly options: McpOptions,
  ) {}

  /** @returns nothing for any other message. A filter that is malformed is left out, and the SDK refuses that. */
  read(body: unknown): Listen | undefined {
    return Listen.safeParse(body).data;
  }

  /** The request without the resources that the caller may not read, or that do not exist: both look the same. */
  permitted(listen: Listen, principal: Principal): Listen {
    const { params } = listen;
    if (params.notifications?.resourceSubscriptions === undefined) return listen;
    const readable = params.notifications.resourceSubscriptions.filter((uri) => this.mayRead(uri, principal));
    const resourceSubscriptions = readable.slice(0, MAX_WATCHED);
    return {
      ...listen,
      params: { ...params, notifications: { ...params.notifications, resourceSubscriptions } },
    };
  }

  /** @returns ends the stream's place; nothing when the principal has as many streams as it may */
  admit(principal: Principal): (() => void) | undefined {
    const owner = ownerOf(principal);
    const count = this.open.get(owner) ?? 0;
    if (count >= this.options.subscriptions.maxPerPrincipal) return undefined;
    this.open.set(owner, count + 1);
    return () => {
      const left = (this.open.get(owner) ?? 1) - 1;
      if (left > 0) this.open.set(owner, left);
      else this.open.delete(owner);
    };
  }

  private mayRead(uri: string, principal: Principal): boolean {
    const found = this.catalog.resource(uri);
    return found !== undefined && scopesWanted(found.feature.scopes, principal) === undefined;
  }
}
