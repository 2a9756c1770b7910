import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import {
  createMcpHandler,
  type JSONRPCRequest,
  type McpHttpHandler,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import { McpOptions } from '../mcp.options.js';
import { McpNotifier } from '../notifier.js';
import type { CallServer } from '../server/call.server.js';
import { ServerFactory } from '../server/server.factory.js';
import { capBacklog } from './backlog.js';
import { CallAnswer } from './call.answer.js';
import { closeAtExpiry } from './expiry.js';
import { answerWith } from './fetch.exchange.js';
import { type Exchange, McpTransport } from './mcp.transport.js';
import { type Listen, SubscriptionDesk } from './subscription.desk.js';

/** Revision 2026-07-28: every request stands alone, so there is nothing to keep and any node can answer. */
@Injectable()
export class StatelessTransport extends McpTransport implements OnModuleInit, BeforeApplicationShutdown {
  private readonly log = new Logger(StatelessTransport.name);
  private handler: McpHttpHandler | undefined;
  private server: CallServer | undefined;

  constructor(
    private readonly servers: ServerFactory,
    private readonly notifier: McpNotifier,
    private readonly desk: SubscriptionDesk,
    private readonly options: McpOptions,
  ) {
    super();
  }

  onModuleInit(): void {
    const onerror = (error: Error) => this.log.debug({ event: 'stateless.error', error: error.message });
    this.handler = createMcpHandler(() => this.servers.create({ era: 'stateless' }), {
      legacy: 'reject',
      bus: this.notifier.events,
      // A stream that stands open costs as much as a session.
      maxSubscriptions: this.options.sessions.max,
      keepAliveMs: this.options.keepAliveMs,
      onerror,
    });
  }

  /** A request about tools as almost every one comes: it needs nothing of what the SDK's handler does for others. */
  async call(request: JSONRPCRequest, exchange: Exchange): Promise<void> {
    const { req, res } = exchange;
    // Made at the first call, because what there is to offer is known only after the start.
    this.server ??= this.servers.createForCalls();
    const taken = this.server.read(request);
    if (taken === undefined) return this.handle(exchange);
    const answer = new CallAnswer(res, this.options);
    const response = await this.server.answer(taken, {
      authInfo: req.auth,
      signal: answer.signal,
      notify: async (notification) => answer.notify({ jsonrpc: '2.0', ...notification }),
    });
    answer.finish(response);
  }

  async handle(exchange: Exchange): Promise<void> {
    capBacklog(exchange.res, this.options.maxBacklogBytes);
    const listen = this.desk.read(exchange.body);
    if (listen !== undefined) return this.listen(listen, exchange);
    await this.answer(exchange);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.handler?.close();
  }

  private async answer(exchange: Exchange): Promise<void> {
    if (this.handler === undefined) throw new Error('The module is not initialized');
    await answerWith(this.handler, exchange);
  }

  private async listen(listen: Listen, exchange: Exchange): Promise<void> {
    const { res, principal } = exchange;
    const cap = this.desk.reachedCap(principal);
    if (cap !== undefined) {
      const message = `No more than ${cap.limit} subscriptions at once`;
      return refuseListen(listen, res, { code: ProtocolErrorCode.InternalError, message });
    }
    const leave = this.desk.admit(principal);
    // A call ends by itself; a subscription would outlive the token it was opened with.
    const stop = closeAtExpiry(res, principal);
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    try {
      const readable = await this.desk.readable(listen, principal, gone.signal);
      await this.notifier.events.runAs(principal, () => this.answer({ ...exchange, body: readable }));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      refuseListen(listen, res, error);
    } finally {
      stop();
      leave();
    }
  }
}

/** In the form in which the SDK refuses a stream too many. */
function refuseListen(
  { id }: Listen,
  res: Exchange['res'],
  { code, message }: Pick<ProtocolError, 'code' | 'message'>,
): void {
  res.status(200).json({ jsonrpc: '2.0', id, error: { code, message } });
}
