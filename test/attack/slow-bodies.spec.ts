import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { http } from '../edge/raw.socket.js';
import { type AttackTarget, startAttackTarget } from './attack.target.js';
import { addresses, Attackers, pause } from './attackers.js';
import { VerifiedCallers } from './verified.callers.js';

/** `npm run attack -- slow-bodies` is the long form. */
const SECONDS = Number(process.env['ATTACK_SECONDS'] ?? 1);
const CALLS = 20;
const ADDRESSES = 40;
const PER_ADDRESS = 30;

let target: AttackTarget;
let host: string;
let known: string;
/** Each attack comes from addresses of which the server knows nothing. */
let network = 0;

beforeAll(async () => {
  target = await startAttackTarget(8_192);
  host = new URL(target.origin).host;
  known = await target.token('alice');
  await new VerifiedCallers(target.origin, [known]).once();
});
afterAll(() => target.stop());

const SLOW = ['Content-Type: application/json', 'Content-Length: 200'];
const CHUNKED = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
const invented = () => randomBytes(32).toString('base64url');

const ATTACKS: Readonly<Record<string, () => string[]>> = {
  'webhooks with an invented signature': () => [
    'POST /webhooks/logto HTTP/1.1',
    `Logto-Signature-Sha-256: ${randomBytes(32).toString('hex')}`,
    ...SLOW,
  ],
  'webhooks without a signature, in chunks': () => ['POST /webhooks/logto HTTP/1.1', ...CHUNKED],
  registrations: () => ['POST /register HTTP/1.1', ...SLOW],
  'updates with an invented registration token': () => [
    'PUT /register/x HTTP/1.1',
    `Authorization: Bearer ${invented()}`,
    ...SLOW,
  ],
  'webhooks with the token of a user': () => [
    'POST /webhooks/logto HTTP/1.1',
    `Logto-Signature-Sha-256: ${randomBytes(32).toString('hex')}`,
    `Authorization: Bearer ${known}`,
    ...SLOW,
  ],
  'messages without a token': () => ['POST /mcp HTTP/1.1', ...SLOW],
  'messages with an unknown token': () => [
    'POST /mcp HTTP/1.1',
    `Authorization: Bearer ${invented()}`,
    ...SLOW,
  ],
  'bodies on a path without a route': () => ['POST /x HTTP/1.1', ...CHUNKED],
};

/** Perfect, but for the name of its key. */
function ofAnotherKey(token: string): string {
  const [head = '', ...rest] = token.split('.');
  const header: object = JSON.parse(Buffer.from(head, 'base64url').toString());
  const other = JSON.stringify({ ...header, kid: invented() });
  return [Buffer.from(other).toString('base64url'), ...rest].join('.');
}

/** What the server has to ask Logto about. */
const OF_LOGTO: Readonly<Record<string, () => string[]>> = {
  'unknown opaque tokens': () => ['POST /mcp HTTP/1.1', `Authorization: Bearer ${invented()}`, ...SLOW],
  'tokens of an unknown key': () => [
    'POST /mcp HTTP/1.1',
    `Authorization: Bearer ${ofAnotherKey(known)}`,
    ...SLOW,
  ],
  'reads of a registration': () => ['GET /register/x HTTP/1.1', `Authorization: Bearer ${invented()}`],
  'reads of a registration with the token of a user': () => [
    'GET /register/x HTTP/1.1',
    `Authorization: Bearer ${known}`,
  ],
  'updates of a registration': () => [
    'PUT /register/x HTTP/1.1',
    `Authorization: Bearer ${invented()}`,
    ...SLOW,
  ],
};

async function attackedBy(lines: () => string[]): Promise<VerifiedCallers> {
  network += 1;
  // One token is known before the attack, the other has its first call in the midst of it.
  const callers = new VerifiedCallers(target.origin, [known, await target.token('bob')]);
  const attackers = new Attackers(target.port, ADDRESSES * PER_ADDRESS);
  const assault = () => {
    // Those that were turned away come again.
    for (const address of addresses(ADDRESSES, network))
      for (let n = attackers.open / ADDRESSES; n < PER_ADDRESS; n += 1) {
        const [head = '', ...rest] = lines();
        attackers.drip(address, http(head, `Host: ${host}`, ...rest));
      }
    return pause(500);
  };
  await assault();
  await callers.during(async () => {
    const over = performance.now() + SECONDS * 1_000;
    while (performance.now() < over || callers.calls < CALLS) await assault();
  });
  const { opened, open } = attackers;
  attackers.close();
  console.log(
    `slow bodies for ${SECONDS} s: ${opened} connections of ${ADDRESSES} addresses, ${open} open at the end; ` +
      `verified callers: ${callers.calls} calls, ${callers.errorCount} errors`,
  );
  return callers;
}

describe('verified callers are served while many addresses send slow bodies', () => {
  it.each(Object.entries(ATTACKS))('of %s', { timeout: SECONDS * 1_000 + 60_000 }, async (_name, lines) => {
    const { errors, calls } = await attackedBy(lines);
    expect(errors).toEqual({});
    expect(calls).toBeGreaterThan(0);
  });

  it.each(Object.entries(OF_LOGTO))(
    'of %s, and Logto does not respond',
    { timeout: SECONDS * 1_000 + 60_000 },
    async (_name, lines) => {
      target.logto.fault = 'hang';
      try {
        expect((await attackedBy(lines)).errors).toEqual({});
      } finally {
        target.logto.fault = 'none';
      }
    },
  );
});
