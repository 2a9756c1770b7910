import { Injectable } from '@nestjs/common';
import { Config } from '../config/index.js';
import {
  CallLimitError,
  CallLimiter,
  type CallRate,
  type LimitedCall,
  type Principal,
  type PrincipalCaps,
  PrincipalSlots,
} from '../mcp/index.js';
import { principalKey, userKey } from './principal.key.js';
import { MemoryWindows } from './rate/memory.windows.js';
import type { RateCounter } from './rate/rate.counter.js';
import { RateCounters } from './rate/rate.counters.js';
import { Slots } from './slots.js';

/** The calls of one feature: of a user and client on all nodes, and of the user through all clients on this node. */
interface FeatureRate {
  readonly counter: RateCounter;
  readonly users: MemoryWindows;
}

/** Counts calls in every era, and refuses in words that reach the agent. */
@Injectable()
export class CallLimits extends CallLimiter {
  private readonly running = new PrincipalSlots();
  private readonly caps: PrincipalCaps;
  private readonly runningAtAll: Slots;
  /** One for each feature that has a rate, so never more than the catalog has. */
  private readonly rates = new Map<string, FeatureRate>();

  constructor(
    private readonly config: Config,
    private readonly counters: RateCounters,
  ) {
    super();
    const { limits } = config;
    this.caps = {
      maxPerPrincipal: limits.callsPerPrincipal,
      maxPerUser: limits.callsPerPrincipal * limits.userFactor,
    };
    this.runningAtAll = new Slots(limits.inFlight);
  }

  async enter(principal: Principal, { rate, isTask = false }: LimitedCall): Promise<() => void> {
    const leave = isTask ? () => undefined : this.takePlace(principal);
    try {
      if (rate !== undefined) await this.count(rate, principal);
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  private takePlace(principal: Principal): () => void {
    const cap = this.running.reachedCap(principal, this.caps);
    if (cap !== undefined) {
      throw new CallLimitError(
        `Too many calls at once: ${cap.limit} are running; try again when one has ended`,
      );
    }
    const shared = this.runningAtAll.take('');
    if (shared === undefined) throw new CallLimitError('The server is busy; try again in 1 s');
    const own = this.running.take(principal);
    return () => {
      own();
      shared();
    };
  }

  private async count(rate: CallRate, principal: Principal): Promise<void> {
    const { counter, users } = this.rateOf(rate);
    const { exceeded, resetSeconds } = await counter.count(principalKey(principal));
    if (exceeded) throw tooManyCalls(rate, resetSeconds);
    const { count, msLeft } = users.add(userKey(principal), 1);
    if (count > rate.points * this.config.limits.userFactor) {
      throw tooManyCalls(rate, Math.ceil(msLeft / 1000));
    }
  }

  private rateOf({ name, points, perSeconds }: CallRate): FeatureRate {
    const known = this.rates.get(name);
    if (known !== undefined) return known;
    const counter = this.counters.counter({ name: `call:${name}`, limit: points, windowSeconds: perSeconds });
    const rate = { counter, users: new MemoryWindows(perSeconds * 1000) };
    this.rates.set(name, rate);
    return rate;
  }
}

const tooManyCalls = ({ name }: CallRate, seconds: number): CallLimitError =>
  new CallLimitError(`Too many calls of ${name}; try again in ${seconds} s`);
