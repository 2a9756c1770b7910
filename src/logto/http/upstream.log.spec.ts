import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UpstreamLog } from './upstream.log.js';

describe('the log about Logto', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('says one kind of trouble once a minute', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const log = new UpstreamLog('test');
    const event = { event: 'logto.discovery_failed', reason: 'timeout' } as const;
    for (let second = 0; second < 60; second += 1) {
      log.warn(event);
      vi.advanceTimersByTime(1000);
    }
    expect(warn.mock.calls).toEqual([[event]]);
    log.warn(event);
    expect(warn).toHaveBeenCalledTimes(2);
  });

  it('says another kind at once', () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const log = new UpstreamLog('test');
    log.warn({ event: 'logto.discovery_failed', reason: 'timeout' });
    log.warn({ event: 'logto.discovery_failed', reason: 'issuer_mismatch' });
    expect(warn).toHaveBeenCalledTimes(2);
  });
});
