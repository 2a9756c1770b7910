import { type BeforeApplicationShutdown, Injectable, type OnModuleInit } from '@nestjs/common';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';
import { initializeVersion } from '../http/initialize.request.js';
import { memberOf } from '../members.js';
import { McpOptions } from '../mcp.options.js';
import { McpNotifier } from '../notifier.js';
import { ServerFactory } from '../server/server.factory.js';
import { capBacklog } from './backlog.js';
import type { Exchange } from './mcp.transport.js';
import type { SessionHandle } from './session.js';
import { SessionRequests } from './session.requests.js';
import { TransportRegistry } from './transport.registry.js';

class SseSession implements SessionHandle {
  readonly requests: SessionRequests;

  constructor(readonly transport: SSEServerTransport) {
    this.requests = new SessionRequests(transport, 'no batches');
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  /** Nothing is kept: this revision has no way to resume a stream. */
  rest(): void {}

  /** The stream is the session here, so one ends with the other. */
  closeStreams(): void {
    void this.transport.close();
  }
}

/** Revision 2024-11-05: a GET opens the stream that is the session; messages are POSTed beside it. */
@Injectable()
export class SseTransport implements OnModuleInit, BeforeApplicationShutdown {
  private readonly streams = new Set<Exchange['res']>();
  private keepAlive: NodeJS.Timeout | undefined;

  constructor(
    private readonly servers: ServerFactory,
    private readonly registry: TransportRegistry,
    private readonly notifier: McpNotifier,
    private readonly options: McpOptions,
  ) {}

  onModuleInit(): void {
    // One timer for all streams: proxies cut what is silent for a minute.
    this.keepAlive = setInterval(() => {
      for (const res of this.streams) res.write(': keep-alive\n\n');
    }, this.options.keepAliveMs).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.keepAlive);
  }

  /** @param messagesPath where the client is told to POST */
  async open({ res, principal }: Exchange, messagesPath: string): Promise<void> {
    this.registry.admit(principal);
    res.setHeader('X-Accel-Buffering', 'no');
    capBacklog(res, this.options.maxBacklogBytes);
    const transport = new SSEServerTransport(messagesPath, res);
    const session = this.registry.add(transport.sessionId, 'sse', principal, new SseSession(transport));
    session.hold();
    this.streams.add(res);
    // Set before connect(), which chains a handler that is already there.
    transport.onclose = () => {
      this.streams.delete(res);
      this.registry.remove(transport.sessionId);
    };
    const server = this.servers.create({ era: 'sse' });
    this.notifier.attach(server, principal);
    // The two generations' Transport differ only in AuthInfo, to which mcp-auth adds the issuer.
    await server.connect(transport as Transport);
  }

  async message({ req, res, body, principal }: Exchange): Promise<void> {
    const { handle } = this.registry.take(req.query['sessionId'], SseSession, principal);
    // The protocol object would answer a malformed one as a fault of ours.
    if (memberOf(body, 'method') === 'initialize') initializeVersion(body);
    handle.requests.take(body);
    // The guard has read and checked it. The SDK's handlePostMessage would check it all over again.
    handle.transport.onmessage?.(body as JSONRPCMessage, req.auth && { authInfo: req.auth });
    res.writeHead(202).end('Accepted');
  }
}
