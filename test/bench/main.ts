import { parseArgs } from 'node:util';
import { compareCheckouts } from './checkouts.js';
import { compare, CONTENDERS } from './comparison.js';
import { grow } from './growth.js';
import { LoadGenerator } from './load/load.js';
import { installPeers } from './peers.js';
import { profileOurs } from './profiles.js';
import { printTables } from './report.js';
import { Child, isPinned } from './servers/child.js';
import { IdentityProvider } from './servers/identity.js';
import { soak } from './soak.js';

const USAGE = `npm run bench -- [--growth | --soak | --profile | --against <folder>] [--quick] [--json] [--only <name>]...
  without one of the four: us beside the peers and the floor
  --growth   what tools, sessions, tokens and a slow Logto change
  --soak     --calls (1000000) calls in all eras, or what --seconds (7200) allow, and what is left of the memory
  --profile  who takes the processor's time, in each era
  --against  CPU per call, start time and memory beside another checkout of this project, built with
             \`npx tsc -p test/bench --noCheck\`; both in one run, in turns
  --quick    fewer and shorter rounds, fewer sizes
  --only     contenders whose name begins like this: ${CONTENDERS.map(({ name }) => `"${name}"`).join(', ')}
`;

const { values: options } = parseArgs({
  options: {
    growth: { type: 'boolean', default: false },
    soak: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    against: { type: 'string' },
    only: { type: 'string', multiple: true },
    calls: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '7200' },
  },
});

const amount = options.quick
  ? { rounds: 1, milliseconds: 200, warmCalls: 100 }
  : { rounds: 7, milliseconds: 2_000, warmCalls: 15_000 };

const sizes = options.quick
  ? { tools: [1, 100], sessions: [1, 100], tokens: [1, 20], delays: [0, 50] }
  : {
      tools: [1, 10, 100, 1_000],
      sessions: [1, 100, 1_000, 10_000],
      tokens: [1, 100, 10_000],
      delays: [0, 50, 500],
    };

async function run(): Promise<object> {
  const identity = await IdentityProvider.start();
  const load = LoadGenerator.start();
  if (options.growth) return { growth: await grow(identity, load, { ...amount, ...sizes }) };
  if (options.profile) return { profile: await profileOurs(identity, load, amount.warmCalls) };
  if (options.soak) {
    const limits = { calls: Number(options.calls), seconds: Number(options.seconds) };
    return { soak: await soak(identity, load, limits) };
  }
  if (options.against !== undefined) {
    return { against: await compareCheckouts(identity, load, options.against, amount) };
  }
  const chosen = CONTENDERS.filter(({ name }) => options.only?.some((word) => name.startsWith(word)) ?? true);
  if (chosen.some(({ peer }) => peer !== 'ours' && peer !== 'floor')) await installPeers();
  return { comparison: await compare(identity, load, chosen, amount) };
}

if (options.help) {
  process.stdout.write(USAGE);
  process.exit();
}
try {
  const result = { node: process.version, pinned: isPinned, ...(await run()) };
  if (options.json) process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  else printTables(result);
} finally {
  Child.stopAll();
}
