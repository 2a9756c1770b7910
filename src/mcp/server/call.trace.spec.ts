import { describe, expect, it } from 'vitest';
import { traceOf } from './call.trace.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const traceparent = `00-${TRACE}-${PARENT}-01`;

describe('the trace of a call', () => {
  it('is what _meta carries', () => {
    expect(traceOf({ traceparent, tracestate: 'a=1,b=2', baggage: 'k=v' })).toEqual({
      traceparent,
      tracestate: 'a=1,b=2',
      baggage: 'k=v',
    });
  });

  it('may be of a later version, which may say more', () => {
    const later = `01-${TRACE}-${PARENT}-01-more`;
    expect(traceOf({ traceparent: later })).toEqual({ traceparent: later });
  });

  it.each([
    undefined,
    {},
    { traceparent: 1 },
    { traceparent: '' },
    { traceparent: `${traceparent}\n` },
    { traceparent: traceparent.toUpperCase() },
    { traceparent: `ff-${TRACE}-${PARENT}-01` },
    { traceparent: `00-${'0'.repeat(32)}-${PARENT}-01` },
    { traceparent: `00-${TRACE}-${'0'.repeat(16)}-01` },
    { traceparent: `00-${TRACE}-${PARENT}-01-more` },
    { traceparent: `01-${TRACE}-${PARENT}-01-${'x'.repeat(65)}` },
    { tracestate: 'a=1' },
  ])('is nothing when it is malformed: %j', (meta) => {
    expect(traceOf(meta)).toBeUndefined();
  });

  it.each([
    ['tracestate', 'x'.repeat(513)],
    ['tracestate', 'a=\r\nX: 1'],
    ['tracestate', 'a=é'],
    ['baggage', 'x'.repeat(8193)],
    ['baggage', 5],
  ])('goes without a bad %s', (key, value) => {
    expect(traceOf({ traceparent, [key]: value })).toEqual({ traceparent });
  });
});
