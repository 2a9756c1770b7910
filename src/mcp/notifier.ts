import { Injectable, Logger } from '@nestjs/common';
import type { Server, ServerEvent } from '@modelcontextprotocol/server';
import { type Audience, NotificationBus } from './notification.bus.js';
import type { Principal } from './principal.js';
import { SessionSubscriptions } from './server/session.subscriptions.js';

/**
 * Tells clients that something has changed: the sessions that are open, and the subscription streams of 2026-07-28. An
 * update of a resource reaches those who have subscribed to its URI, which only a caller who may read it can.
 *
 * ```ts
 * constructor(private readonly notifier: McpNotifier) {}
 * async rename(id: string, principal: Principal) { …; this.notifier.resourceUpdated(`note://${id}`, { user: principal }); }
 * ```
 */
@Injectable()
export class McpNotifier {
  private readonly log = new Logger(McpNotifier.name);
  private readonly bus = new NotificationBus((error) => this.failed(error));

  private isPublic: (uri: string) => boolean = () => false;
  private hasWarned = false;

  constructor(private readonly subscriptions: SessionSubscriptions) {}

  toolsChanged(): void {
    this.bus.publish({ kind: 'tools_list_changed' });
  }

  promptsChanged(): void {
    this.bus.publish({ kind: 'prompts_list_changed' });
  }

  resourcesChanged(): void {
    this.bus.publish({ kind: 'resources_list_changed' });
  }

  /**
   * Tells those who watch a URI and read the same content as the audience. Two users may have notes of one URI, and one
   * must not learn when the other writes. Without an audience only a public resource is told of: one with a fixed URI
   * whose `cache` is not private, or a template whose `cache` is public.
   */
  resourceUpdated(uri: string, audience?: Audience): void {
    if (audience !== undefined) this.bus.publish({ kind: 'resource_updated', uri, audience });
    else if (this.isPublic(uri)) this.bus.publish({ kind: 'resource_updated', uri });
    else this.warn();
  }

  /** Tells the notifier which resources are public; the catalog knows, and is made after it. */
  usePublicity(isPublic: (uri: string) => boolean): void {
    this.isPublic = isPublic;
  }

  /** Where the SDK's subscription streams listen; `McpNotifier` is the way to speak. */
  get events(): NotificationBus {
    return this.bus;
  }

  /**
   * Tells a server that stands for one connection, until it is closed. Call it before `connect`.
   * @returns nothing to undo: the end of the connection does
   */
  attach(server: Server, principal: Principal): void {
    const detach = this.bus.subscribeAs(principal, (event) => {
      this.tell(server, event).catch((error: unknown) => this.failed(error));
    });
    const { onclose } = server;
    server.onclose = () => {
      detach();
      onclose?.();
    };
  }

  /** Once: it is a fault of the code, and updates are frequent. The URI may be a user's own and is not logged. */
  private warn(): void {
    if (this.hasWarned) return;
    this.hasWarned = true;
    this.log.warn({
      event: 'notification.without_audience',
      message:
        'An update was not sent: pass { user } or { owner } to resourceUpdated, or make the resource public',
    });
  }

  private async tell(server: Server, event: ServerEvent): Promise<void> {
    const { tools, prompts, resources } = server.getCapabilities();
    switch (event.kind) {
      case 'tools_list_changed':
        return tools && server.sendToolListChanged();
      case 'prompts_list_changed':
        return prompts && server.sendPromptListChanged();
      case 'resources_list_changed':
        return resources && server.sendResourceListChanged();
      case 'resource_updated':
        return this.subscriptions.has(server, event.uri)
          ? server.sendResourceUpdated({ uri: event.uri })
          : undefined;
      default:
        return event satisfies never;
    }
  }

  /** A connection that is just closing: its client will ask anew, and the others must still be told. */
  private failed(error: unknown): void {
    this.log.debug({ event: 'notification.failed', error: String(error) });
  }
}
