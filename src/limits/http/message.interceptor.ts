import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { EMPTY, type Observable } from 'rxjs';
import { Config } from '../../config/index.js';
import { McpController, principalOf, SseController } from '../../mcp/index.js';
import { LimitExceededError } from '../limit.errors.js';
import { principalKey } from '../principal.key.js';
import { Slots } from '../slots.js';
import { InFlight } from './in.flight.js';
import { type Authenticated, PrincipalRequests } from './principal.requests.js';
import { whenClosed } from './when.closed.js';

/** What is known only of a message that has been read: how many requests it holds, and whether it opens a stream. */
@Injectable()
export class MessageInterceptor implements NestInterceptor {
  private readonly streams: Slots;

  constructor(
    { limits }: Config,
    private readonly requests: PrincipalRequests,
    private readonly inFlight: InFlight,
  ) {
    this.streams = new Slots(limits.streamsPerPrincipal);
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (!isMcpRoute(context)) return next.handle();
    const http = context.switchToHttp();
    const req = http.getRequest<Authenticated>();
    const res = http.getResponse<Response>();
    if (req.auth === undefined) return next.handle();
    // Nobody waits any more, and what a session opens for this request nobody would ever close.
    if (res.closed) return EMPTY;
    const body: unknown = req.body;
    // The guard has counted one.
    if (Array.isArray(body) && body.length > 1) await this.requests.count(req.auth, res, body.length - 1);
    if (req.method === 'GET' || isSubscription(body))
      this.openStream(principalKey(principalOf(req.auth)), res);
    return next.handle();
  }

  /** @throws {LimitExceededError} */
  private openStream(key: string, res: Response): void {
    const close = this.streams.take(key);
    if (close === undefined) {
      const { limit } = this.streams;
      const standing = { name: 'streams', limit, remaining: 0, resetSeconds: 5, exceeded: true };
      throw new LimitExceededError(429, `No more than ${limit} streams of this user and client`, standing);
    }
    whenClosed(res, close);
    this.inFlight.leave(res);
  }
}

/** Tool methods run behind global interceptors too; their message has been counted. */
const isMcpRoute = (context: ExecutionContext): boolean =>
  context.getType() === 'http' && [McpController, SseController].some((one) => one === context.getClass());

const isSubscription = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'method' in body && body.method === 'subscriptions/listen';
