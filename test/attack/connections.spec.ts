import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { http } from '../edge/raw.socket.js';
import { type AttackTarget, startAttackTarget } from './attack.target.js';
import { addresses, Attackers, pause } from './attackers.js';
import { HealthProbes } from './health.probes.js';
import { VerifiedCallers } from './verified.callers.js';

/** `npm run attack -- connections` is the long form. */
const SECONDS = Number(process.env['ATTACK_SECONDS'] ?? 1);
const CALLS = 20;
/** More than the server may keep. */
const CONNECTIONS = 1_500;
const TIMEOUT = { timeout: SECONDS * 1_000 + 60_000 };

let target: AttackTarget;
let known: string;
let probe: string;
let network = 100;

beforeAll(async () => {
  target = await startAttackTarget();
  known = await target.token('alice');
  await new VerifiedCallers(target.origin, [known]).once();
  probe = http('GET /health/live HTTP/1.1', `Host: ${new URL(target.origin).host}`);
});
afterAll(() => target.stop());

interface Assault {
  readonly addresses: number;
  /** What each connection sends. */
  readonly bytes: () => string;
}

async function attackedBy({ addresses: count, bytes }: Assault) {
  network += 1;
  const sources = addresses(count, network);
  // One token is known before the attack, the other has its first call in the midst of it, at another address.
  const callers = new VerifiedCallers(
    target.origin,
    [known, await target.token('bob')],
    ['127.0.0.1', '127.0.0.1'],
  );
  const probes = new HealthProbes(target.port, `127.${network}.255.1`);
  const attackers = new Attackers(target.port, CONNECTIONS);
  let mostOpen = 0;
  const assault = async () => {
    for (let at = 0; attackers.open < CONNECTIONS; at += 1)
      attackers.dial(sources[at % count] ?? '')?.write(bytes());
    await pause(500);
    mostOpen = Math.max(mostOpen, attackers.open);
  };
  await assault();
  const attack = callers.during(async () => {
    const over = performance.now() + SECONDS * 1_000;
    while (performance.now() < over || callers.calls < CALLS) await assault();
  });
  await probes.during(attack);
  attackers.close();
  console.log(
    `connections for ${SECONDS} s: ${attackers.opened} of ${count} addresses, at most ${mostOpen} open; ` +
      `verified callers: ${callers.calls} calls, ${callers.errorCount} errors; ` +
      `health probes: ${probes.sent} sent, ${probes.failed} failed`,
  );
  return { callers: callers.errors, failedProbes: probes.failed };
}

const SERVED = { callers: {}, failedProbes: 0 };

describe('verified callers and health probes are served while connections are opened', () => {
  it('by one address that asks for the health of the server', TIMEOUT, async () => {
    expect(await attackedBy({ addresses: 1, bytes: () => probe })).toEqual(SERVED);
  });

  it('by one address that sends nothing', TIMEOUT, async () => {
    expect(await attackedBy({ addresses: 1, bytes: () => '' })).toEqual(SERVED);
  });

  it('by one address of a user', TIMEOUT, async () => {
    const token = await target.token('bob');
    const call = http(
      'GET /mcp HTTP/1.1',
      `Host: ${new URL(target.origin).host}`,
      `Authorization: Bearer ${token}`,
    );
    expect(await attackedBy({ addresses: 1, bytes: () => call })).toEqual(SERVED);
  });

  it('by twenty addresses', TIMEOUT, async () => {
    expect(await attackedBy({ addresses: 20, bytes: () => probe })).toEqual(SERVED);
  });

  it(
    'by as many addresses as there are connections, as far as verified callers are concerned',
    TIMEOUT,
    async () => {
      const { callers } = await attackedBy({ addresses: CONNECTIONS, bytes: () => probe });
      expect(callers).toEqual({});
    },
  );
});
