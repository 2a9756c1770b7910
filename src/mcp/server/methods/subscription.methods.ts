import { Injectable } from '@nestjs/common';
import type { Server, ServerCapabilities } from '@modelcontextprotocol/server';
import { Catalog } from '../../features/catalog.js';
import { contextOf } from '../context.factory.js';
import { Dispatcher } from '../dispatcher.js';
import { resourceNotFound } from '../resource.result.js';
import { SessionSubscriptions } from '../session.subscriptions.js';
import { MethodGroup, type Serving } from './method.group.js';

/**
 * Watching single resources, in the revisions that have sessions. Since 2026-07-28 a stream of its own does that.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources#subscriptions
 */
@Injectable()
export class SubscriptionMethods extends MethodGroup {
  constructor(
    private readonly catalog: Catalog,
    private readonly dispatcher: Dispatcher,
    private readonly subscriptions: SessionSubscriptions,
  ) {
    super();
  }

  /** Nothing of its own: whoever offers resources offers to watch them. */
  capabilities(): ServerCapabilities {
    return {};
  }

  install(server: Server, serving: Serving): void {
    if (server.getCapabilities().resources?.subscribe !== true) return;
    server.setRequestHandler('resources/subscribe', ({ params: { uri } }, ctx) => {
      const found = this.catalog.resource(uri);
      if (found === undefined) throw resourceNotFound(uri);
      this.dispatcher.authorize(found.feature, contextOf(ctx, serving));
      this.subscriptions.add(server, uri);
      return {};
    });
    server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
      this.subscriptions.remove(server, uri);
      return {};
    });
  }
}
