import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type NodeMcpRequestHandler, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { McpOptions } from '../mcp.options.js';
import { ServerFactory } from '../server/server.factory.js';
import { closeAtExpiry } from './expiry.js';
import { type Exchange, McpTransport } from './mcp.transport.js';

/** Revision 2026-07-28: every request stands alone, so there is nothing to keep and any node can answer. */
@Injectable()
export class StatelessTransport extends McpTransport implements OnModuleInit, BeforeApplicationShutdown {
  private readonly log = new Logger(StatelessTransport.name);
  private handler: McpHttpHandler | undefined;
  private serve: NodeMcpRequestHandler | undefined;

  constructor(
    private readonly servers: ServerFactory,
    private readonly options: McpOptions,
  ) {
    super();
  }

  onModuleInit(): void {
    const onerror = (error: Error) => this.log.debug({ event: 'stateless.error', error: error.message });
    this.handler = createMcpHandler(() => this.servers.create({ era: 'stateless' }), {
      legacy: 'reject',
      keepAliveMs: this.options.keepAliveMs,
      onerror,
    });
    this.serve = toNodeHandler(this.handler, { onerror });
  }

  async handle({ req, res, body, principal }: Exchange): Promise<void> {
    // A call ends by itself; a subscription would outlive the token it was opened with.
    const stop = isSubscription(body) ? closeAtExpiry(res, principal) : undefined;
    try {
      await this.serve?.(req, res, body);
    } finally {
      stop?.();
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.handler?.close();
  }
}

const isSubscription = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'method' in body && body.method === 'subscriptions/listen';
