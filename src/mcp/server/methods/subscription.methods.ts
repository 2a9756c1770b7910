import { Injectable } from '@nestjs/common';
import type { Server, ServerCapabilities } from '@modelcontextprotocol/server';
import { Catalog } from '../../features/catalog.js';
import type { McpContext } from '../../mcp.context.js';
import { contextOf } from '../context.factory.js';
import { Dispatcher } from '../dispatcher.js';
import { ResourceAccess } from '../resource.access.js';
import { toProtocolError } from '../request.errors.js';
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
    private readonly access: ResourceAccess,
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
    server.setRequestHandler('resources/subscribe', async ({ params: { uri } }, ctx) => {
      const context = contextOf(ctx, serving);
      const found = this.catalog.resource(uri);
      if (found !== undefined) this.dispatcher.authorize(found.feature, context);
      if (!(await this.canRead(uri, context))) throw resourceNotFound(uri);
      this.subscriptions.add(server, uri);
      return {};
    });
    server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
      this.subscriptions.remove(server, uri);
      return {};
    });
  }

  private async canRead(uri: string, { principal, signal }: McpContext): Promise<boolean> {
    try {
      return await this.access.canRead(uri, principal, signal);
    } catch (error) {
      throw toProtocolError('resources/subscribe', error, principal);
    }
  }
}
