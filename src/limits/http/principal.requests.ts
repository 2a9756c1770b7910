import { Injectable } from '@nestjs/common';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { Request, Response } from 'express';
import { Config } from '../../config/index.js';
import type { Principal } from '../../mcp/index.js';
import { LimitExceededError } from '../limit.errors.js';
import { principalKey } from '../principal.key.js';
import { setQuota, type Standing } from '../quota.js';
import type { RateCounter } from '../rate/rate.counter.js';
import { RateCounters } from '../rate/rate.counters.js';

/** A request, once the guard has been asked. On a public route nobody is. */
export type Authenticated = Request & { readonly auth?: AuthInfo };

/** Counts the requests of each principal, wherever they come from. */
@Injectable()
export class PrincipalRequests {
  private readonly counter: RateCounter;

  constructor({ limits }: Config, counters: RateCounters) {
    this.counter = counters.counter({
      name: 'principal',
      limit: limits.requestsPerPrincipal,
      windowSeconds: 60,
    });
  }

  /** @throws {LimitExceededError} at once, or later where the nodes count together */
  count(principal: Principal, res: Response, requests = 1): Promise<void> | void {
    const standing = this.counter.count(principalKey(principal), requests);
    return standing instanceof Promise ? standing.then((told) => judge(told, res)) : judge(standing, res);
  }
}

function judge(standing: Standing, res: Response): void {
  setQuota(res, standing);
  if (standing.exceeded) {
    throw new LimitExceededError(429, 'Too many requests of this user and client', standing);
  }
}
