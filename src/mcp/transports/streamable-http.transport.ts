import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { initializeVersion } from '../http/initialize.request.js';
import { McpHttpError } from '../mcp.errors.js';
import { McpOptions } from '../mcp.options.js';
import { memberOf } from '../members.js';
import { McpNotifier } from '../notifier.js';
import { BATCH_REVISION } from '../revisions.js';
import { ServerFactory } from '../server/server.factory.js';
import { type Exchange, McpTransport } from './mcp.transport.js';
import type { SessionHandle } from './session.js';
import { SessionRequests } from './session.requests.js';
import { SessionEventStore } from './streamable/event.store.js';
import { SessionTransport } from './streamable/session.transport.js';
import { TransportRegistry } from './transport.registry.js';

class StreamableSession implements SessionHandle {
  readonly requests: SessionRequests;

  constructor(
    readonly transport: SessionTransport,
    private readonly events: SessionEventStore,
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
    this.transport.closeStandalone();
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
    const { req, body } = exchange;
    const id = req.headers['mcp-session-id'];
    if (id !== undefined) return this.continue(id, exchange);
    if (req.method === 'POST' && memberOf(body, 'method') === 'initialize')
      return this.open(exchange, initializeVersion(body));
    throw new McpHttpError(400, -32000, 'The Mcp-Session-Id header is missing');
  }

  private async continue(id: unknown, exchange: Exchange): Promise<void> {
    const { req, res, body, principal } = exchange;
    const { session, handle } = this.registry.take(id, StreamableSession, principal);
    assertAcceptable(req);
    res.once('close', session.hold());
    if (req.method === 'DELETE') {
      await handle.close();
      res.writeHead(200).end();
    } else if (req.method === 'GET') handle.transport.get(exchange);
    else {
      handle.requests.take(body);
      handle.transport.post(exchange, req.get('mcp-protocol-version') ?? BATCH_REVISION);
    }
  }

  private async open(exchange: Exchange, revision: string): Promise<void> {
    const { req, principal } = exchange;
    assertAcceptable(req);
    this.registry.admit(principal);
    const events = new SessionEventStore(this.options.replay);
    const id = randomBytes(32).toString('base64url');
    const transport = new SessionTransport(id, events, this.options);
    this.registry.add(id, 'streamable-http', principal, new StreamableSession(transport, events));
    // Set before connect(), which chains a handler that is already there.
    transport.onclose = () => {
      events.clear();
      this.registry.remove(id);
    };
    const server = this.servers.create({ era: 'streamable-http' });
    this.notifier.attach(server, principal);
    await server.connect(transport);
    transport.post(exchange, revision);
  }
}

/** @throws {McpHttpError} 406: any answer may turn out to be a stream, and those to a POST to be none */
function assertAcceptable(req: Exchange['req']): void {
  const accepted = req.get('accept') ?? '';
  const wanted = req.method === 'POST' ? ['application/json', 'text/event-stream'] : ['text/event-stream'];
  if (req.method === 'DELETE' || wanted.every((type) => accepted.includes(type))) return;
  throw new McpHttpError(406, -32000, `Not Acceptable: Client must accept ${wanted.join(' and ')}`);
}
