import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { builtFile } from '../deploy/built.project.js';
import { freePort } from '../support/free.port.js';
import { accessToken } from '../support/oauth.js';
import { type Stack, startStack } from '../support/stack.js';

const SECRET = 'management-secret-of-the-tests';

let stack: Stack;
let folder: string;
let commands: Readonly<Record<'doctor' | 'setup', string>>;

beforeAll(async () => {
  commands = { doctor: await builtFile('src/doctor.js'), setup: await builtFile('src/setup.js') };
  stack = await startStack();
  // As an operator has it: the variables in a file named .env in the folder of the command.
  folder = await mkdtemp(join(tmpdir(), 'operator-'));
  const variables = {
    PORT: new URL(stack.origin).port,
    PUBLIC_URL: stack.origin,
    LOGTO_ENDPOINT: stack.tenant.endpoint,
    LOGTO_INTERNAL_ENDPOINT: stack.logto.origin,
    LOGTO_MANAGEMENT_CLIENT_ID: 'mcp-server',
    LOGTO_MANAGEMENT_CLIENT_SECRET: SECRET,
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(folder, '.env'), lines.join(''));
}, 90_000);

afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true });
});

/** The command as an operator runs it, built. */
async function run(
  command: 'doctor' | 'setup',
  argv: readonly string[],
  { stdin = '', env = {}, cwd = folder }: { stdin?: string; env?: NodeJS.ProcessEnv; cwd?: string } = {},
) {
  const child = spawn(process.execPath, [commands[command], ...argv], { cwd, env, stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // Who is not asked for a token does not read one.
  child.stdin.on('error', () => undefined).end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

describe('npm run doctor', () => {
  it('says in one page that all is well, with a token that is accepted, and shows neither it nor the secret', async () => {
    const token = await accessToken(stack, { resource: '/mcp' });
    const { code, stdout, stderr } = await run('doctor', ['--token', '-'], { stdin: `${token}\n` });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`${stack.origin}/mcp, users sign in at ${stack.tenant.issuer}\n`);
    expect(stdout).toContain('  ✓ The token is accepted\n');
    expect(stdout).not.toContain('✗');
    expect(stdout).not.toContain(token.split('.')[2]);
    expect(stdout).not.toContain(SECRET);
  }, 30_000);

  it('speaks the language of the environment, and exits with 1 when something is wrong', async () => {
    const url = `http://localhost:${await freePort()}/mcp`;
    const { code, stdout } = await run('doctor', ['--url', url], { env: { LANG: 'zh_CN.UTF-8' } });
    expect(code).toBe(1);
    expect(stdout).toContain(`${url} 没有应答（ECONNREFUSED）。`);
    expect(stdout).toContain('发现 1 个问题。');
  }, 30_000);

  it('prints one document with --json, in which a refused token does not occur', async () => {
    const token = await accessToken(stack, { resource: '/sse' });
    const { code, stdout } = await run('doctor', ['--json', '--token', '-', '--lang', 'en'], {
      stdin: token,
    });
    expect(code).toBe(1);
    const Document = z.object({
      healthy: z.literal(false),
      findings: z.array(z.object({ code: z.string(), what: z.string(), why: z.string(), fix: z.string() })),
    });
    const { findings } = Document.parse(JSON.parse(stdout));
    const said = findings.find((one) => one.code === 'token_audience_endpoint');
    expect(said?.what).toBe(`The token is for ${stack.origin}/sse, not for ${stack.origin}/mcp.`);
    for (const part of token.split('.')) expect(stdout).not.toContain(part);
  }, 30_000);

  it('exits with 2 when it cannot run', async () => {
    const results = await Promise.all([
      run('doctor', [], { cwd: tmpdir() }),
      run('doctor', ['--token', 'eyJhbGciOi']),
    ]);
    expect(results.map(({ code, stdout }) => [code, stdout])).toEqual([
      [2, ''],
      [2, ''],
    ]);
    expect(results[0]?.stderr).toContain('PUBLIC_URL is required');
    expect(results[1]?.stderr).toBe('--token takes only -: pass the token on stdin\n');
  }, 30_000);
});

describe('npm run setup', () => {
  it('adds what is missing, and then finds nothing to change', async () => {
    const argv = ['--app', 'SmartMail', '--redirect', 'http://127.0.0.1/callback'];
    const first = await run('setup', argv);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toMatch(/^Client id \(App ID\) of "SmartMail": \w{21}$/m);
    const second = await run('setup', [...argv, '--json']);
    expect(second.code).toBe(0);
    expect(JSON.parse(second.stdout)).toMatchObject({ ok: true, done: [], missing: [] });
    expect(first.stdout + second.stdout).not.toContain(SECRET);
  }, 60_000);
});
