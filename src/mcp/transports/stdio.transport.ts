import type { Readable, Writable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { type JSONRPCMessage, ProtocolError, type Server } from '@modelcontextprotocol/server';
import { McpOptions } from '../mcp.options.js';
import { McpNotifier } from '../notifier.js';
import { type Principal, principalOf } from '../principal.js';
import { ServerFactory } from '../server/server.factory.js';
import { SubscriptionDesk } from './subscription.desk.js';

/** A local client being served, by whatever revision its first message speaks. */
export interface StdioConnection {
  /** Resolves when the client has closed its end. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves one client over a pair of pipes: the client starts the process, so whoever it acts for is decided before the
 * first message, and there is nothing to authenticate later.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 */
@Injectable()
export class StdioTransport {
  private readonly log = new Logger(StdioTransport.name);

  constructor(
    private readonly servers: ServerFactory,
    private readonly options: McpOptions,
    private readonly notifier: McpNotifier,
    private readonly desk: SubscriptionDesk,
  ) {}

  /** @param auth whose tools these are */
  serve(
    auth: AuthInfo,
    { stdin, stdout }: { readonly stdin: Readable; readonly stdout: Writable },
  ): StdioConnection {
    const wire = new StdioServerTransport(stdin, stdout, { maxBufferSize: this.options.maxBodyBytes });
    const { close } = serveStdio(({ era }) => this.connected(era, auth), {
      transport: wire,
      maxSubscriptions: this.options.subscriptions.maxPerPrincipal,
      onerror: (error) => this.log.debug({ event: 'stdio.error', error: error.message }),
    });
    // The entry has set handlers of its own, which go on to do the work.
    const { onmessage, onclose } = wire;
    wire.onmessage = (message) => {
      try {
        onmessage?.(this.permitted(message, auth));
      } catch (error) {
        if (!(error instanceof ProtocolError) || !('id' in message) || message.id === undefined) throw error;
        const { code, message: text } = error;
        void wire.send({ jsonrpc: '2.0', id: message.id, error: { code, message: text } });
      }
    };
    const ended = new Promise<void>((resolve) => {
      wire.onclose = () => {
        onclose?.();
        resolve();
      };
    });
    return { ended, close };
  }

  private connected(era: 'legacy' | 'modern', auth: AuthInfo): Server {
    const server = this.servers.create({ era: 'stdio', auth });
    this.notifier.attach(server, principalOf(auth));
    if (era === 'modern') this.tellUpdates(server, principalOf(auth));
    return server;
  }

  /** All of them: a stream of 2026 belongs to the entry, which lets through what its client has subscribed to. */
  private tellUpdates(server: Server, principal: Principal): void {
    const stop = this.notifier.events.subscribeAs(principal, (event) => {
      if (event.kind !== 'resource_updated') return;
      server.sendResourceUpdated({ uri: event.uri }).catch((error: unknown) => {
        this.log.debug({ event: 'notification.failed', error: String(error) });
      });
    });
    const { onclose } = server;
    server.onclose = () => {
      stop();
      onclose?.();
    };
  }

  /** The same decision as over HTTP: nobody hears of what they may not read. */
  private permitted(message: JSONRPCMessage, auth: AuthInfo): JSONRPCMessage {
    const listen = this.desk.read(message);
    if (listen === undefined) return message;
    const { params } = this.desk.permitted(listen, principalOf(auth));
    return { ...message, params };
  }
}
