import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ListedClient, Outcome } from './client.list.js';
import { ClientRun } from './client.run.js';
import { startClientStack } from './client.stack.js';

export interface ClientResult {
  readonly client: ListedClient;
  readonly registers: boolean;
  readonly signsIn: boolean;
  readonly lists: boolean;
  readonly calls: boolean;
  readonly expiry: Outcome;
  readonly restart: Outcome;
  /** When its token has expired, with `offline_access` in AUTH_SCOPES. Absent: not tried. */
  readonly offlineExpiry?: Outcome;
  /** What went wrong, for the person who reads the run. */
  readonly faults: readonly string[];
}

export interface CheckOptions {
  /** Sign in a second time, where the server asks clients for `offline_access`. */
  readonly offline: boolean;
  readonly progress: (line: string) => void;
}

const OFFLINE = { AUTH_SCOPES: 'openid,profile,email,offline_access' };

/** Takes one client through everything that its user would meet, against a server and a tenant of its own. */
export async function checkClient(client: ListedClient, options: CheckOptions): Promise<ClientResult> {
  const result = await withRun(client, {}, options, async (run) => {
    const registered = await run.connect();
    const steps = { lists: await run.list(), calls: await run.call() };
    const expiry = await run.expire();
    if (expiry === 'hangs' || expiry === 'fails') await run.startAgain();
    return { client, ...registered, ...steps, expiry, restart: await run.restart(), faults: run.faults };
  });
  if (!options.offline) return result;
  const offline = await withRun(client, OFFLINE, options, async (run) => {
    const { signsIn } = await run.connect();
    const calls = await run.call();
    return { outcome: signsIn && calls ? await run.expire() : 'fails', faults: run.faults } as const;
  });
  return { ...result, offlineExpiry: offline.outcome, faults: [...result.faults, ...offline.faults] };
}

async function withRun<T>(
  client: ListedClient,
  env: Readonly<Record<string, string>>,
  { progress }: CheckOptions,
  use: (run: ClientRun) => Promise<T>,
): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'client-'));
  const stack = await startClientStack({ ...client.env, ...env });
  const run = new ClientRun({ client, stack, home, progress });
  try {
    return await use(run);
  } finally {
    await run.stop();
    await stack.close();
    await rm(home, { recursive: true, force: true });
  }
}
