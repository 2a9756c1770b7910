import { setImmediate, setTimeout } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { AppModule } from '../../src/app.module.js';
import { createApp } from '../../src/app.js';
import { LogtoFixture } from '../../src/auth/testing/logto.fixture.js';
import { readConfig } from '../../src/config/index.js';
import { type McpContext, Tool } from '../../src/mcp/index.js';
import { freePort } from '../support/free.port.js';
import { INITIALIZE, initialize, MODERN_META, openStream, send } from '../support/raw.js';
import { NO_LIMITS } from './edge.stack.js';

const USERS = 50;
/** `ISOLATION_CALLS=10000` is the long run. */
const CALLS = Number(process.env['ISOLATION_CALLS'] ?? 1_500);

const Input = z.object({ canary: z.string(), turn: z.number() });

@Injectable()
class EchoTool {
  /** What can be seen of the context of a call, in and behind it. */
  static seen = '';

  @Tool({ name: 'echo', description: 'Answers with what it was given and who gave it.', inputSchema: Input })
  async echo({ canary, turn }: z.output<typeof Input>, context: McpContext) {
    const { principal, log, progress } = context;
    if (turn === 0) EchoTool.seen = inspect(context, { depth: Infinity, showHidden: true, getters: true });
    await log('info', `log of ${canary}`);
    await progress(1, 2, `progress of ${canary}`);
    // Lets others in between, in an order of its own.
    if (turn % 7 === 0) await setTimeout(turn % 5);
    else await setImmediate();
    return { canary, turn, subject: principal.subject, claims: principal.claims };
  }
}

interface User {
  readonly canary: string;
  /** For each endpoint, because JWTs are bound to one. */
  readonly token: (path: string) => Promise<string>;
}

let logto: LogtoFixture;
let app: NestExpressApplication;
let origin: string;

beforeAll(async () => {
  logto = await LogtoFixture.start();
  const port = await freePort();
  origin = `http://localhost:${port}`;
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: String(port),
    PUBLIC_URL: origin,
    LOG_LEVEL: 'fatal',
    LOGTO_ENDPOINT: logto.endpoint,
    ...NO_LIMITS,
  });
  class Wrapper {}
  const root = { module: Wrapper, imports: [AppModule.forRoot(config)], providers: [EchoTool] };
  app = await createApp(config, root);
  await app.listen(port, '127.0.0.1');
  while ((await send(`${origin}/health/ready`, 'GET', undefined)).status !== 200) await setTimeout(50);
});
afterAll(async () => {
  await app.close();
  await logto.stop();
});

/** Every other one with opaque tokens. All of them come through one client. */
function user(index: number): User {
  const sub = `user-${index}`;
  const canary = `canary-${index}-${Math.random().toString(36).slice(2)}`;
  if (index % 2 === 0) {
    const token = logto.grant(`opaque-${index}-${'o'.repeat(32)}`, { sub, claims: { sub, name: canary } });
    return { canary, token: async () => token };
  }
  return { canary, token: (path) => logto.jwt(origin + path, { claims: { sub, name: canary } }) };
}

/** Everything that one user is sent for one call. Every user counts his requests alike. */
type Call = (canary: string, turn: number) => Promise<string>;

const message = ({ canary, turn }: { canary: string; turn: number }, meta: object = {}) => ({
  jsonrpc: '2.0',
  id: turn,
  method: 'tools/call',
  params: { name: 'echo', arguments: { canary, turn }, _meta: { progressToken: turn, ...meta } },
});

async function overSse({ token }: User): Promise<Call> {
  const own = await token('/mcp/sse');
  const stream = await openStream(`${origin}/mcp/sse`, own);
  const url = origin + (await stream.next()).data;
  await send(url, 'POST', own, { body: INITIALIZE });
  await stream.next();
  return async (canary, turn) => {
    let heard = '';
    await send(url, 'POST', own, { body: message({ canary, turn }) });
    while (!heard.includes('"result"')) heard += (await stream.next()).data;
    return heard;
  };
}

async function overStreamable({ token }: User): Promise<Call> {
  const own = await token('/mcp');
  const headers = { 'Mcp-Session-Id': await initialize(origin, own) };
  return async (canary, turn) =>
    (await send(`${origin}/mcp`, 'POST', own, { body: message({ canary, turn }), headers })).text;
}

async function stateless({ token }: User): Promise<Call> {
  const own = await token('/mcp');
  const headers = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'echo' };
  const meta = { ...MODERN_META, 'io.modelcontextprotocol/logLevel': 'info' };
  return async (canary, turn) => {
    const body = message({ canary, turn }, meta);
    return (await send(`${origin}/mcp`, 'POST', own, { body, headers })).text;
  };
}

const ERAS = [overSse, overStreamable, stateless];

it(
  `${USERS} users who make ${CALLS} calls with the same ids in all eras at once hear nothing of one another`,
  { timeout: 600_000 },
  async () => {
    const users = Array.from({ length: USERS }, (_, index) => user(index));
    const turns = Math.ceil(CALLS / (USERS * ERAS.length));
    let calls = 0;
    const foreign: string[] = [];
    const mine = async (one: User, open: (typeof ERAS)[number]) => {
      const call = await open(one);
      for (let turn = 1; turn <= turns; turn += 1) {
        const heard = await call(one.canary, turn);
        const canaries = heard.match(/canary-\d+-[a-z\d]+/g) ?? [];
        if (canaries.some((canary) => canary !== one.canary)) foreign.push(heard);
        // The log, the progress, the answer as text and as structure, each with the user's own canary in the claims.
        expect(canaries.length).toBeGreaterThanOrEqual(6);
        expect(heard).toContain(`"turn":${turn},`);
        calls += 1;
      }
    };
    const started = performance.now();
    await Promise.all(users.flatMap((one) => ERAS.map((open) => mine(one, open))));
    const seconds = (performance.now() - started) / 1000;
    console.log(`isolation: ${calls} calls in ${seconds.toFixed(1)} s, ${foreign.length} with foreign bytes`);
    expect(foreign).toEqual([]);
    expect(calls).toBeGreaterThanOrEqual(CALLS);
  },
);

it.each(ERAS.map((open) => [open.name, open] as const))(
  '[row 128] shows a tool who calls, and no token: %s',
  async (_name, open) => {
    for (const index of [USERS, USERS + 1]) {
      const one = user(index);
      const call = await open(one);
      await call(one.canary, 0);
      expect(EchoTool.seen).toContain(`user-${index}`);
      for (const path of ['/mcp', '/mcp/sse']) {
        // Of a JWT its signature: every other part is written anew each time.
        const token = await one.token(path);
        expect(EchoTool.seen).not.toContain(token.split('.').at(-1));
        expect(EchoTool.seen).not.toMatch(/eyJ[\w-]+\.|bearer \S/i);
      }
    }
  },
);
