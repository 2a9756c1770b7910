import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listTools } from '../support/raw.js';
import { type Stack, startStack } from '../support/stack.js';

const EXTENSION = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop';
const SAFARI = 'safari-web-extension://0F8FAD5B-D9CB-469F-A165-70867728950E';
const INSPECTOR = ['http://localhost:6274', 'http://127.0.0.1:6274'];
const METADATA = '/.well-known/oauth-protected-resource/mcp';

let stack: Stack;
afterAll(() => stack.close());

const post = (path: string, origin: string, body: unknown) =>
  fetch(stack.origin + path, {
    method: 'POST',
    headers: {
      Origin: origin,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify(body),
  });
const preflight = (path: string, origin: string) =>
  fetch(stack.origin + path, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type,authorization,mcp-protocol-version',
    },
  });
const allowed = ({ status, headers }: Response) => [status, headers.get('access-control-allow-origin')];

describe('an origin of a desktop app or an extension', () => {
  beforeAll(async () => {
    const ALLOWED_ORIGINS = `APP://Obsidian.md, ${EXTENSION}, vscode-webview://1q2w3e, ${SAFARI}, tauri://localhost:1430`;
    stack = await startStack({ env: { ALLOWED_ORIGINS } });
  });
  afterAll(() => stack.close());

  it.each([
    'app://obsidian.md',
    'app://Obsidian.md',
    EXTENSION,
    'vscode-webview://1q2w3e',
    SAFARI,
    SAFARI.toLowerCase(),
    'tauri://localhost:1430',
  ])('may call when it is listed, and is echoed as it was sent: %s', async (origin) => {
    expect(allowed(await preflight('/mcp', origin))).toEqual([204, origin]);
    expect(allowed(await post('/mcp', origin, listTools()))).toEqual([401, origin]);
  });

  it.each([
    'null',
    'app://obsidian.md/',
    'app://obsidian.md:443',
    'app://obsidian.md.evil.example',
    'http://obsidian.md',
    'chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba',
    'chrome-extension://*',
    'vscode-webview://another',
    'tauri://localhost',
    '*',
    ...INSPECTOR,
  ])('is refused when it is not listed: %s', async (origin) => {
    expect(allowed(await preflight('/mcp', origin))).toEqual([403, null]);
    expect(allowed(await post('/mcp', origin, listTools()))).toEqual([403, null]);
  });
});

describe.each(INSPECTOR)('the page of MCP Inspector at %s', (page) => {
  const { ALLOWED_ORIGINS, REGISTRATION } = parseEnv(readFileSync('config/env/dev.env', 'utf8'));
  beforeAll(async () => {
    stack = await startStack({ env: { ALLOWED_ORIGINS, REGISTRATION } });
  });
  afterAll(() => stack.close());

  it('reads the metadata, registers and connects in development', async () => {
    const metadata = await fetch(stack.origin + METADATA, { headers: { Origin: page } });
    expect(allowed(metadata)).toEqual([200, '*']);
    for (const path of ['/mcp', '/mcp/sse', '/sse', '/register']) {
      expect(allowed(await preflight(path, page))).toEqual([204, page]);
    }
    const client = {
      client_name: 'MCP Inspector',
      redirect_uris: [`${page}/oauth/callback`],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    };
    expect(allowed(await post('/register', page, client))).toEqual([201, page]);
  });

  it('finds "Unauthorized" in the body of a 401, which makes an old one sign in', async () => {
    for (const path of ['/mcp', '/mcp/messages?sessionId=x', '/messages?sessionId=x']) {
      const response = await post(path, page, listTools());
      expect(allowed(response)).toEqual([401, page]);
      expect(((await response.json()) as { error_description: string }).error_description).toMatch(
        /^Unauthorized: /,
      );
    }
  });
});
