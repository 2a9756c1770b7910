import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessToken } from '../support/oauth.js';
import { type Stack, startStack } from '../support/stack.js';
import { inspect } from './inspector.cli.js';

/** How the Inspector ends when a server wants a token that it does not have. */
const AUTH_REQUIRED = 3;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
}, 120_000);
afterAll(() => stack.close());

const OVER = [
  { over: 'http, legacy', path: '/mcp', flags: ['--transport', 'http', '--protocol-era', 'legacy'] },
  { over: 'http, auto', path: '/mcp', flags: ['--transport', 'http', '--protocol-era', 'auto'] },
  { over: 'http, modern', path: '/mcp', flags: ['--transport', 'http', '--protocol-era', 'modern'] },
  { over: 'sse', path: '/mcp/sse', flags: ['--transport', 'sse'] },
  { over: 'sse at the root', path: '/sse', flags: ['--transport', 'sse'] },
];

describe.each(OVER)('the MCP Inspector over $over', { timeout: 60_000 }, ({ path, flags }) => {
  const run = async (token: string | undefined, ...args: string[]) =>
    inspect([
      stack.origin + path,
      ...flags,
      ...args,
      ...(token === undefined ? ['--stored-auth-only'] : ['--header', `Authorization: Bearer ${token}`]),
    ]);

  it('lists the tools', async () => {
    const token = await accessToken(stack, { resource: path });
    const { exitCode, stdout, stderr } = await run(token, '--method', 'tools/list');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ result: { tools: [{ name: 'whoami' }] } });
  });

  it('calls a tool', async () => {
    const token = await accessToken(stack, { resource: path });
    const { exitCode, stdout } = await run(token, '--method', 'tools/call', '--tool-name', 'whoami');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ result: { structuredContent: { username: 'alice' } } });
  });

  it('is told that it needs a token', async () => {
    const { exitCode, stderr } = await run(undefined, '--method', 'tools/list');
    expect(exitCode).toBe(AUTH_REQUIRED);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'auth_required' } });
  });
});
