import { Injectable, Logger } from '@nestjs/common';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { Request, Response } from 'express';
import { Config } from '../../config/index.js';
import type { Principal } from '../../mcp/index.js';
import { LimitExceededError } from '../limit.errors.js';
import { principalKey, userKey } from '../principal.key.js';
import { setQuota, type Standing } from '../quota.js';
import { MemoryWindows } from '../rate/memory.windows.js';
import type { RateCounter } from '../rate/rate.counter.js';
import { RateCounters } from '../rate/rate.counters.js';

const WINDOW_SECONDS = 60;
const log = new Logger('Limits');

/** A request, once the guard has been asked. On a public route nobody is. */
export type Authenticated = Request & { readonly auth?: AuthInfo };

/** Counts the requests of each principal, wherever they come from. */
@Injectable()
export class PrincipalRequests {
  private readonly counter: RateCounter;
  /** Of each user through all clients, on this node: not worth a second question to Redis for every request. */
  private readonly users = new MemoryWindows(WINDOW_SECONDS * 1000);
  private readonly maxPerUser: number;

  constructor({ limits }: Config, counters: RateCounters) {
    this.maxPerUser = limits.requestsPerPrincipal * limits.userFactor;
    this.counter = counters.counter({
      name: 'principal',
      limit: limits.requestsPerPrincipal,
      windowSeconds: WINDOW_SECONDS,
    });
  }

  /** @throws {LimitExceededError} at once, or later where the nodes count together */
  count(principal: Principal, res: Response, requests = 1): Promise<void> | void {
    const standing = this.counter.count(principalKey(principal), requests);
    return standing instanceof Promise
      ? standing.then((told) => this.judge(told, principal, res, requests))
      : this.judge(standing, principal, res, requests);
  }

  private judge(standing: Standing, principal: Principal, res: Response, requests: number): void {
    setQuota(res, standing);
    if (standing.exceeded) {
      throw new LimitExceededError(429, 'Too many requests of this user and client', standing);
    }
    // Only now: a client that is beyond its own limit must not use up what the user's other clients may ask.
    const { count, msLeft } = this.users.add(userKey(principal), requests);
    if (count <= this.maxPerUser) return;
    // Once a window: a flood must not fill the log as well.
    if (count - requests <= this.maxPerUser)
      log.warn({ event: 'limit.exceeded', limit: 'user', key: userKey(principal) });
    throw tooManyOfUser(this.maxPerUser, msLeft);
  }
}

function tooManyOfUser(limit: number, msLeft: number): LimitExceededError {
  return new LimitExceededError(429, 'Too many requests of this user', {
    name: 'user',
    limit,
    windowSeconds: WINDOW_SECONDS,
    remaining: 0,
    resetSeconds: Math.ceil(msLeft / 1000),
    exceeded: true,
  });
}
