import type { LoadGenerator } from './load/load.js';
import type { Era } from './load/target.js';
import { type Shares, sharesOf } from './profile.js';
import type { IdentityProvider } from './servers/identity.js';
import { startOurs } from './servers/server.js';

/** Each protocol era with the path of its endpoint. */
export const ERAS: readonly (readonly [Era, string])[] = [
  ['2026-07-28', '/mcp'],
  ['2025-11-25', '/mcp'],
  ['2024-11-05', '/sse'],
];

/** A profile of warm calls in each era. */
export async function profileOurs(
  identity: IdentityProvider,
  load: LoadGenerator,
  calls: number,
): Promise<Readonly<Record<string, Shares>>> {
  const shares: [Era, Shares][] = [];
  for (const [era, path] of ERAS) {
    const server = await startOurs(identity.where);
    const tokens = await identity.tokens(1, path);
    await load.open(era, {
      port: server.port,
      era,
      path,
      tokens,
      connections: 16,
      sessions: 16,
      method: 'tools/call',
    });
    await load.run(era, { calls, milliseconds: 120_000 });
    await server.profile();
    await load.run(era, { calls, milliseconds: 120_000 });
    shares.push([era, sharesOf(await server.profiled())]);
    await load.close(era);
    await server.stop();
  }
  return Object.fromEntries(shares);
}
