export { addressKey, networkKey } from './address.key.js';
export { LimitExceededError } from './limit.errors.js';
export { LimitsModule } from './limits.module.js';
export type { RateCounter } from './rate/rate.counter.js';
export { RateCounters } from './rate/rate.counters.js';
