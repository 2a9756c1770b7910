import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeAtExpiry } from './expiry.js';

const until = (seconds: number) => ({
  issuer: 'https://issuer.test',
  subject: 'alice',
  clientId: 'agent',
  scopes: [],
  claims: {},
  expiresAt: Math.floor(Date.now() / 1000) + seconds,
});
const answer = () => new ServerResponse(new IncomingMessage(new Socket()));

describe('the end of a stream with its token', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('comes when the token expires, and not before', () => {
    const res = answer();
    closeAtExpiry(res, until(3_600));
    vi.advanceTimersByTime(3_598_000);
    expect(res.destroyed).toBe(false);
    vi.advanceTimersByTime(2_000);
    expect(res.destroyed).toBe(true);
  });

  it('comes at once for a token that has expired meanwhile', () => {
    const res = answer();
    closeAtExpiry(res, until(-5));
    vi.advanceTimersByTime(1);
    expect(res.destroyed).toBe(true);
  });

  it('[row 131] follows the wall clock, which the expiry is written in, within half a minute', () => {
    const [ahead, behind] = [answer(), answer()];
    closeAtExpiry(ahead, until(900));
    vi.setSystemTime(Date.now() + 600_000);
    vi.advanceTimersByTime(299_000);
    expect(ahead.destroyed).toBe(false);
    vi.advanceTimersByTime(31_000);
    expect(ahead.destroyed).toBe(true);
    closeAtExpiry(behind, until(300));
    vi.setSystemTime(Date.now() - 600_000);
    vi.advanceTimersByTime(890_000);
    expect(behind.destroyed).toBe(false);
    vi.advanceTimersByTime(11_000);
    expect(behind.destroyed).toBe(true);
  });

  it('does not come once nobody watches any more', () => {
    const res = answer();
    closeAtExpiry(res, until(60))();
    vi.advanceTimersByTime(120_000);
    expect(res.destroyed).toBe(false);
  });
});
