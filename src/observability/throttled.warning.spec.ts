import { Logger } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { ThrottledWarning } from './throttled.warning.js';

describe('a throttled warning', () => {
  it('is given at once, then once a minute with the number of events since', () => {
    const warned: unknown[] = [];
    const log = new Logger('Test');
    log.debug = () => undefined;
    log.warn = (message: unknown) => warned.push(message);
    const warning = new ThrottledWarning(log, 'some.event');
    for (const now of [0, 1, 59_999, 60_000, 60_001, 200_000]) warning.report(now);
    expect(warned).toEqual([
      { event: 'some.event', count: 1 },
      { event: 'some.event', count: 3 },
      { event: 'some.event', count: 2 },
    ]);
  });
});
