import { Injectable, Logger } from '@nestjs/common';
import { InMemoryServerEventBus, type Server, type ServerEvent } from '@modelcontextprotocol/server';
import { SessionSubscriptions } from './server/session.subscriptions.js';

/**
 * Tells clients that something has changed: the sessions that are open, and the subscription streams of 2026-07-28. An
 * update of a resource reaches those who have subscribed to its URI, which only a caller who may read it can.
 *
 * ```ts
 * constructor(private readonly notifier: McpNotifier) {}
 * async rename(id: string) { …; this.notifier.resourceUpdated(`note://${id}`); }
 * ```
 */
@Injectable()
export class McpNotifier {
  private readonly log = new Logger(McpNotifier.name);
  private readonly bus = new InMemoryServerEventBus((error) => this.failed(error));

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

  resourceUpdated(uri: string): void {
    this.bus.publish({ kind: 'resource_updated', uri });
  }

  /** Where the SDK's subscription streams listen; `McpNotifier` is the way to speak. */
  get events(): InMemoryServerEventBus {
    return this.bus;
  }

  /**
   * Tells a server that stands for one connection, until it is closed. Call it before `connect`.
   * @returns nothing to undo: the end of the connection does
   */
  attach(server: Server): void {
    const detach = this.bus.subscribe((event) => {
      this.tell(server, event).catch((error: unknown) => this.failed(error));
    });
    const { onclose } = server;
    server.onclose = () => {
      detach();
      onclose?.();
    };
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
