import { Injectable } from '@nestjs/common';
import { Config } from '../config/index.js';
import {
  CallLimitError,
  CallLimiter,
  type CallRate,
  type LimitedCall,
  type Principal,
} from '../mcp/index.js';
import { principalKey } from './principal.key.js';
import type { RateCounter } from './rate/rate.counter.js';
import { RateCounters } from './rate/rate.counters.js';
import { Slots } from './slots.js';

/** Counts calls in every era, and refuses in words that reach the agent. */
@Injectable()
export class CallLimits extends CallLimiter {
  private readonly running: Slots;
  private readonly runningAtAll: Slots;
  /** One for each feature that has a rate, so never more than the catalog has. */
  private readonly rates = new Map<string, RateCounter>();

  constructor(
    { limits }: Config,
    private readonly counters: RateCounters,
  ) {
    super();
    this.running = new Slots(limits.callsPerPrincipal);
    this.runningAtAll = new Slots(limits.inFlight);
  }

  async enter(principal: Principal, { rate, isTask = false }: LimitedCall): Promise<() => void> {
    const key = principalKey(principal);
    const leave = isTask ? () => undefined : this.takePlace(key);
    try {
      if (rate !== undefined) await this.count(rate, key);
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  private takePlace(key: string): () => void {
    const own = this.running.take(key);
    if (own === undefined) {
      const { limit } = this.running;
      throw new CallLimitError(`Too many calls at once: ${limit} are running; try again when one has ended`);
    }
    const shared = this.runningAtAll.take('');
    if (shared === undefined) {
      own();
      throw new CallLimitError('The server is busy; try again in 1 s');
    }
    return () => {
      own();
      shared();
    };
  }

  private async count(rate: CallRate, key: string): Promise<void> {
    const { exceeded, resetSeconds } = await this.counterOf(rate).count(key);
    if (exceeded) throw new CallLimitError(`Too many calls of ${rate.name}; try again in ${resetSeconds} s`);
  }

  private counterOf({ name, points, perSeconds }: CallRate): RateCounter {
    const known = this.rates.get(name);
    if (known !== undefined) return known;
    const counter = this.counters.counter({ name: `call:${name}`, limit: points, windowSeconds: perSeconds });
    this.rates.set(name, counter);
    return counter;
  }
}
