import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { INITIALIZE, openStream, send } from '../support/raw.js';

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([]);
});
afterAll(() => engine.close());

const { params } = INITIALIZE;
const { protocolVersion: _version, ...withoutVersion } = params;
const { clientInfo: _info, ...withoutClient } = params;
const { capabilities: _capabilities, ...withoutCapabilities } = params;

const MALFORMED: readonly (readonly [string, unknown])[] = [
  ['params.clientInfo.version', { ...params, clientInfo: { name: 'agent' } }],
  ['params.clientInfo.name', { ...params, clientInfo: { version: '1' } }],
  ['params.clientInfo', withoutClient],
  ['params.clientInfo', { ...params, clientInfo: 'agent' }],
  ['params.protocolVersion', withoutVersion],
  ['params.protocolVersion', { ...params, protocolVersion: 20_251_125 }],
  ['params.capabilities', withoutCapabilities],
  ['params.capabilities', { ...params, capabilities: [] }],
  ['params', undefined],
];

describe.each(['Streamable HTTP', 'HTTP+SSE'])('initialize over %s', (transport) => {
  it.each(MALFORMED)('names the member that is missing or wrong: %s', async (member, malformed) => {
    const stream =
      transport === 'HTTP+SSE' ? await openStream(`${engine.origin}/mcp/sse`, 'alice') : undefined;
    const url = stream ? engine.origin + (await stream.next()).data : `${engine.origin}/mcp`;
    const body = {
      jsonrpc: '2.0',
      id: 'first',
      method: 'initialize',
      ...(malformed !== undefined && { params: malformed }),
    };
    const { status, text } = await send(url, 'POST', 'alice', { body });
    stream?.close();
    expect({ status, answer: JSON.parse(text) }).toEqual({
      status: 400,
      answer: {
        jsonrpc: '2.0',
        id: 'first',
        error: { code: -32602, message: expect.stringContaining(`Invalid initialize request. ${member}: `) },
      },
    });
  });
});
