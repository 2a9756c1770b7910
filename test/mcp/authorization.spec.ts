import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TokenVerifier } from '../../src/auth/index.js';
import { StdioTransport, Tool } from '../../src/mcp/index.js';
import { accessToken } from '../support/oauth.js';
import { MODERN_META, send } from '../support/raw.js';
import { RAW_ERAS, type RawEra, type RpcMessage } from '../support/raw.peers.js';
import { type Stack, startStack } from '../support/stack.js';
import { stdioPeer } from '../support/stdio.peer.js';

const runs: string[] = [];

@Injectable()
class Notes {
  @Tool({ name: 'open', description: 'For everybody.' })
  open() {
    runs.push('open');
    return 'open ran';
  }

  @Tool({ name: 'reader', description: 'Needs one scope.', scopes: ['notes:read'] })
  reader() {
    runs.push('reader');
    return 'reader ran';
  }

  @Tool({ name: 'writer', description: 'Needs two scopes.', scopes: ['notes:read', 'notes:write'] })
  writer() {
    runs.push('writer');
    return 'writer ran';
  }
}

const SCOPES = ['notes:read', 'notes:write', 'notes:readonly'];
const READ = 'needs notes:read';
const BOTH = 'needs notes:read notes:write';

/** The whole policy. What stands here must hold in every revision over every transport. */
const DECISIONS: readonly { granted: string; open: string; reader: string; writer: string }[] = [
  { granted: 'openid', open: 'ran', reader: READ, writer: BOTH },
  { granted: 'openid notes:read', open: 'ran', reader: 'ran', writer: BOTH },
  { granted: 'openid notes:write', open: 'ran', reader: READ, writer: BOTH },
  // No scope is a part of another one, whatever its name begins with.
  { granted: 'openid notes:readonly', open: 'ran', reader: READ, writer: BOTH },
  { granted: 'openid notes:read notes:write', open: 'ran', reader: 'ran', writer: 'ran' },
];
const TOOLS = ['open', 'reader', 'writer'] as const;

let stack: Stack;
const tokens = new Map<string, string>();

beforeAll(async () => {
  stack = await startStack({ tools: [Notes], scopes: SCOPES, env: { MCP_HIDE_FORBIDDEN: 'true' } });
  for (const { granted } of DECISIONS) {
    for (const resource of ['/mcp', '/mcp/sse']) {
      tokens.set(resource + granted, await accessToken(stack, { resource, scope: granted }));
    }
  }
});
afterAll(() => stack.close());

const tokenFor = (transport: RawEra['transport'], granted: string): string =>
  tokens.get((transport === 'HTTP+SSE' ? '/mcp/sse' : '/mcp') + granted) ?? '';

const call = (name: string, id = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: {} },
});
const LIST = { jsonrpc: '2.0', id: 2, method: 'tools/list', params: {} };

/** What was decided, in the words of the table: the challenge may add scopes that the client has or should have. */
function decisionOf(tool: string, message: RpcMessage | undefined, challenge?: string): string {
  if (challenge !== undefined) {
    const scopes = /scope="([^"]*)"/.exec(challenge)?.[1]?.split(' ') ?? [];
    return `needs ${neededBy(tool)
      .filter((scope) => scopes.includes(scope))
      .join(' ')}`;
  }
  if (message?.error?.code === -32030)
    return `needs ${String(Reflect.get(message.error.data ?? {}, 'scope'))}`;
  return JSON.stringify(message?.result).includes(`${tool} ran`) ? 'ran' : JSON.stringify(message);
}

const neededBy = (tool: string): string[] =>
  DECISIONS[0]?.[tool as 'reader'].replace('needs ', '').split(' ') ?? [];

const namesIn = (message: RpcMessage | undefined): string[] => {
  const tools: unknown = message?.result?.['tools'];
  return Array.isArray(tools) ? tools.map((tool: { name: string }) => tool.name) : [];
};

const visible = (decisions: Readonly<Record<string, string>>): string[] =>
  ['open', 'reader', 'whoami', 'writer'].filter((name) => name === 'whoami' || decisions[name] === 'ran');

describe.each(RAW_ERAS)('in $revision over $transport', ({ transport, open }) => {
  it.each(DECISIONS)(
    'a token with "$granted" decides the same as everywhere',
    async ({ granted, ...expected }) => {
      const { post, close } = await open(stack.origin, tokenFor(transport, granted));
      const decided: Record<string, string> = {};
      for (const tool of TOOLS) {
        runs.length = 0;
        const { status, messages, challenge } = await post(call(tool));
        decided[tool] = decisionOf(tool, messages[0], challenge);
        // Nothing has run behind a refusal, and HTTP says so wherever it still can.
        expect({ tool, runs: [...runs] }).toEqual({ tool, runs: expected[tool] === 'ran' ? [tool] : [] });
        const refused = transport === 'HTTP+SSE' ? 202 : 403;
        const ran = transport === 'HTTP+SSE' ? 202 : 200;
        expect({ tool, status }).toEqual({ tool, status: expected[tool] === 'ran' ? ran : refused });
      }
      expect(decided).toEqual(expected);
      expect(namesIn((await post(LIST)).messages[0])).toEqual(visible(expected));
      close();
    },
  );
});

describe.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'])(
  'in %s over stdio',
  (revision) => {
    it.each(DECISIONS)(
      'a token with "$granted" decides the same as everywhere',
      async ({ granted, ...expected }) => {
        const auth = await stack.app.get(TokenVerifier).verify(tokenFor('stateless', granted));
        const peer = await stdioPeer(stack.app.get(StdioTransport), auth, revision);
        const decided: Record<string, string> = {};
        for (const tool of TOOLS) {
          runs.length = 0;
          decided[tool] = decisionOf(tool, await peer.post(call(tool)));
          expect({ tool, runs: [...runs] }).toEqual({ tool, runs: expected[tool] === 'ran' ? [tool] : [] });
        }
        expect(decided).toEqual(expected);
        expect(namesIn(await peer.post(LIST))).toEqual(visible(expected));
        peer.leave();
        await peer.connection.ended;
      },
    );
  },
);

describe('the way around', () => {
  const READ_ONLY = 'openid notes:read';

  it('[row 71] by a batch is closed: one forbidden call refuses all of them, with the scopes of all', async () => {
    const era = RAW_ERAS.find(
      ({ transport, revision }) => transport === 'Streamable HTTP' && revision === '2025-03-26',
    );
    const peer = await era?.open(stack.origin, tokenFor('Streamable HTTP', READ_ONLY));
    runs.length = 0;
    const answer = await peer?.post([call('open', 1), call('reader', 2), call('writer', 3)]);
    expect(answer?.status).toBe(403);
    expect(answer?.challenge).toMatch(/error="insufficient_scope".*scope="[^"]*notes:read notes:write/);
    expect(runs).toEqual([]);
    peer?.close();
  });

  const modern = { ...call('writer'), params: { ...call('writer').params, _meta: MODERN_META } };

  it.each(RAW_ERAS.filter(({ transport }) => transport === 'Streamable HTTP'))(
    'by a request of 2026 in a session of $revision is closed',
    async ({ transport, open }) => {
      const { post, close } = await open(stack.origin, tokenFor(transport, READ_ONLY));
      runs.length = 0;
      const headers = {
        'MCP-Protocol-Version': '2026-07-28',
        'Mcp-Method': 'tools/call',
        'Mcp-Name': 'writer',
      };
      expect((await post(modern, { headers })).status).toBe(403);
      expect((await post(modern)).status).toBe(403);
      expect(runs).toEqual([]);
      close();
    },
  );

  it('by a request of 2026 in a session of 2024 is closed', async () => {
    const era = RAW_ERAS.find(({ transport }) => transport === 'HTTP+SSE');
    const peer = await era?.open(stack.origin, tokenFor('HTTP+SSE', READ_ONLY));
    runs.length = 0;
    expect((await peer?.post(modern))?.messages[0]?.error?.code).toBe(-32030);
    expect(runs).toEqual([]);
    peer?.close();
  });

  it('by another case, a NUL or spaces around the name of the tool is closed: there is no such tool', async () => {
    const era = RAW_ERAS.find(({ transport }) => transport === 'Streamable HTTP');
    const peer = await era?.open(stack.origin, tokenFor('Streamable HTTP', 'openid notes:read notes:write'));
    runs.length = 0;
    for (const name of ['Writer', 'writer\u0000', ' writer', 'writer ', 'ｗriter']) {
      expect((await peer?.post(call(name)))?.messages).toMatchObject([{ error: { code: -32602 } }]);
    }
    expect(runs).toEqual([]);
    peer?.close();
  });

  it('[row 57] by a session that was opened with more scopes is closed: each request is judged by its own token', async () => {
    const url = `${stack.origin}/mcp`;
    const wide = tokenFor('Streamable HTTP', 'openid notes:read notes:write');
    const body = {
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
    };
    const opened = await send(url, 'POST', wide, { body });
    const headers = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' };
    expect((await send(url, 'POST', wide, { body: call('writer'), headers })).status).toBe(200);
    expect(
      (await send(url, 'POST', tokenFor('Streamable HTTP', READ_ONLY), { body: call('writer'), headers }))
        .status,
    ).toBe(403);
  });
});
