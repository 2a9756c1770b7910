import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSigned, userOutIn } from './webhook.message.js';

const KEY = 'a signing key of Logto';
const BODY = Buffer.from('{"event":"User.Deleted"}');
const digest = createHmac('sha256', KEY).update(BODY).digest('hex');

describe('the signature of a webhook', () => {
  it.each([digest, digest.toUpperCase(), `sha256=${digest}`])('is right as %s', (signature) => {
    expect(isSigned(BODY, signature, KEY)).toBe(true);
  });

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['a list', [digest, digest]],
    ['cut', digest.slice(0, 62)],
    ['longer', `${digest}00`],
    ['of another method', `sha1=${digest}`],
    ['no hexadecimal', 'z'.repeat(64)],
    ['in base64', Buffer.from(digest, 'hex').toString('base64')],
    ['of another body', createHmac('sha256', KEY).update('{}').digest('hex')],
    ['of another key', createHmac('sha256', `${KEY} `).update(BODY).digest('hex')],
  ])('is wrong when it is %s', (_how, signature) => {
    expect(isSigned(BODY, signature, KEY)).toBe(false);
  });
});

const createdAt = '2026-11-25T03:00:00.500Z';
const at = Date.parse(createdAt);
const out = (message: unknown) => userOutIn(Buffer.from(JSON.stringify(message)));

describe('a webhook', () => {
  it('says who was deleted', () => {
    const message = { hookId: 'h', event: 'User.Deleted', createdAt, data: null, params: { userId: 'u1' } };
    expect(out(message)).toEqual({ subject: 'u1', at });
  });

  it('says who was suspended', () => {
    const data = { id: 'u1', isSuspended: true, name: null };
    const message = { event: 'User.SuspensionStatus.Updated', createdAt, data, params: { userId: 'u1' } };
    expect(out(message)).toEqual({ subject: 'u1', at });
  });

  it.each([
    [
      'a user is let in again',
      { event: 'User.SuspensionStatus.Updated', createdAt, data: { id: 'u1', isSuspended: false } },
    ],
    ['a user changes', { event: 'User.Data.Updated', createdAt, data: { id: 'u1', isSuspended: true } }],
    [
      "it is the console's test",
      { event: 'User.Deleted', createdAt, params: { id: 'fake-id' }, data: { result: 'success' } },
    ],
    ['it has no time', { event: 'User.Deleted', params: { userId: 'u1' } }],
    ['its time is none', { event: 'User.Deleted', createdAt: 'now', params: { userId: 'u1' } }],
    ['it is a list', []],
    ['it is nothing', null],
  ])('says nothing about anybody when %s', (_what, message) => {
    expect(out(message)).toBeUndefined();
  });

  it.each(['', '{', '\u0000'])('may be no JSON at all: %j', (text) => {
    expect(userOutIn(Buffer.from(text))).toBeUndefined();
  });
});
