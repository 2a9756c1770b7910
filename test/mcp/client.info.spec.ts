import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tool } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { INITIALIZE, listTools, MODERN_META, openStream, send } from '../support/raw.js';

@Injectable()
class Tools {
  @Tool({ name: 'open', description: 'For everybody.' })
  open() {
    return 'open';
  }

  @Tool({ name: 'closed', description: 'For some.', scopes: ['closed:use'] })
  closed() {
    return 'closed';
  }
}

let engine: EngineApp;
beforeAll(async () => {
  engine = await startEngine([Tools], { hideForbidden: true });
});
afterAll(() => engine.close());

interface Info {
  readonly name: string;
  readonly version: string;
}

/** The answers to a list and to a call that is not allowed, as their bytes. */
type Ask = (token: string, info: Info) => Promise<readonly string[]>;

const closed = { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'closed', arguments: {} } };
const initialize = (clientInfo: Info) => ({ ...INITIALIZE, params: { ...INITIALIZE.params, clientInfo } });

const overSse: Ask = async (token, info) => {
  const stream = await openStream(`${engine.origin}/sse`, token);
  const url = engine.origin + (await stream.next()).data;
  const answers: string[] = [];
  for (const body of [initialize(info), listTools(), closed]) {
    await send(url, 'POST', token, { body });
    answers.push((await stream.next()).data);
  }
  stream.close();
  return answers;
};

/** An event of a stream has an id that no other has. */
const dataOf = ({ status, text }: { status: number; text: string }) =>
  `${status} ${text.replaceAll(/^id: .*$/gm, '')}`;

const overStreamable: Ask = async (token, info) => {
  const url = `${engine.origin}/mcp`;
  const opened = await send(url, 'POST', token, { body: initialize(info) });
  const headers = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' };
  const answers = [opened];
  for (const body of [listTools(), closed]) answers.push(await send(url, 'POST', token, { body, headers }));
  await send(url, 'DELETE', token, { headers });
  return answers.map(dataOf);
};

const stateless: Ask = async (token, info) => {
  const _meta = { ...MODERN_META, 'io.modelcontextprotocol/clientInfo': info };
  const answers = [];
  for (const message of [listTools(), closed]) {
    const { method, params } = message;
    const headers = {
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': method,
      ...('name' in params && { 'Mcp-Name': String(params.name) }),
    };
    const body = { ...message, params: { ...params, _meta } };
    answers.push(dataOf(await send(`${engine.origin}/mcp`, 'POST', token, { body, headers })));
  }
  return answers;
};

describe.each([
  ['2024-11-05', overSse],
  ['2025-11-25', overStreamable],
  ['2026-07-28', stateless],
] as const)('what a client of %s says of itself', (_revision, ask) => {
  it.each([
    { name: 'closed:use', version: '1' },
    { name: 'admin', version: 'agent' },
    { name: '__proto__', version: 'constructor' },
    { name: 'x'.repeat(10_000), version: '9' },
    { name: 'a\r\nSet-Cookie: b\u2028\u001b[31m', version: '\u0000' },
  ])('[row 118] decides nothing, be it $name', async (info) => {
    const plain = await ask('alice', { name: 'raw', version: '1' });
    expect(plain.join()).toContain('"open"');
    expect(plain.join()).not.toContain('"closed"');
    expect(await ask('alice', info)).toEqual(plain);
    // The token does.
    expect((await ask('alice+closed:use', info)).join()).toContain('"closed"');
  });
});
