import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { isInitializeRequest } from '@modelcontextprotocol/server';
import { McpHttpError } from '../mcp.errors.js';
import { McpOptions } from '../mcp.options.js';
import { McpNotifier } from '../notifier.js';
import { ServerFactory } from '../server/server.factory.js';
import { capBacklog } from './backlog.js';
import { SessionEventStore } from './event.store.js';
import { type Exchange, McpTransport } from './mcp.transport.js';
import type { SessionHandle } from './session.js';
import { SessionRequests } from './session.requests.js';
import { TransportRegistry } from './transport.registry.js';

/** How long a client waits before it resumes a stream that was cut. */
const RETRY_MS = 1_000;

class StreamableSession implements SessionHandle {
  readonly requests: SessionRequests;

  constructor(
    readonly transport: NodeStreamableHTTPServerTransport,
    readonly events: SessionEventStore,
  ) {
    this.requests = new SessionRequests(transport, 'batches');
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  rest(): void {
    this.events.clear();
  }

  closeStreams(): void {
    this.transport.closeStandaloneSSEStream();
  }
}

/** Revisions 2025-03-26 to 2025-11-25: `initialize` opens a session that later requests name in a header. */
@Injectable()
export class StreamableHttpTransport extends McpTransport {
  constructor(
    private readonly servers: ServerFactory,
    private readonly registry: TransportRegistry,
    private readonly notifier: McpNotifier,
    private readonly options: McpOptions,
  ) {
    super();
  }

  async handle(exchange: Exchange): Promise<void> {
    capBacklog(exchange.res, this.options.maxBacklogBytes);
    const id = exchange.req.headers['mcp-session-id'];
    if (id !== undefined) return this.continue(id, exchange);
    if (exchange.req.method !== 'POST' || !isInitializeRequest(exchange.body)) {
      throw new McpHttpError(400, -32000, 'The Mcp-Session-Id header is missing');
    }
    return this.open(exchange);
  }

  private async continue(id: unknown, { req, res, body, principal }: Exchange): Promise<void> {
    const { session, handle } = this.registry.take(id, StreamableSession, principal);
    handle.requests.take(body, res);
    if (req.method === 'GET') handle.events.listen();
    res.once('close', session.hold());
    await handle.transport.handleRequest(req, res, body);
  }

  private async open({ req, res, body, principal }: Exchange): Promise<void> {
    this.registry.admit(principal);
    const events = new SessionEventStore(this.options.replay);
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomBytes(32).toString('base64url'),
      keepAliveMs: this.options.keepAliveMs,
      eventStore: events,
      retryInterval: RETRY_MS,
      // Called once the request has passed every check of the SDK, so a refused one leaves nothing behind.
      onsessioninitialized: (id) => {
        this.registry.add(id, 'streamable-http', principal, new StreamableSession(transport, events));
      },
    });
    // Set before connect(), which chains a handler that is already there.
    transport.onclose = () => {
      events.clear();
      if (transport.sessionId !== undefined) this.registry.remove(transport.sessionId);
    };
    const server = this.servers.create({ era: 'streamable-http' });
    this.notifier.attach(server);
    await server.connect(transport);
    await transport.handleRequest(req, res, body);
    // Refused: nobody will ever come back to it, and the notifier would keep telling it what has changed.
    if (transport.sessionId === undefined) await server.close();
  }
}
