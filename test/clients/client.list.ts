/** What a client does when its token has expired, or when the server has restarted and no longer knows its session. */
export type Outcome = 'goes on' | 'refreshes' | 'signs in again' | 'reconnects' | 'hangs' | 'fails';

export interface ListedClient {
  /** The folder of its package.json, its lockfile and its program. */
  readonly folder: string;
  readonly name: string;
  readonly transport: 'HTTP' | 'SSE';
  readonly path: '/mcp' | '/mcp/sse';
  /** Its packages ask for a newer Node than this project does. */
  readonly needsModernNode?: true;
  /** Settings of the server that it needs. */
  readonly env?: Readonly<Record<string, string>>;
  /** Why it cannot register itself. It then gets a client id by hand. */
  readonly noRegistration?: string;
  /** Faults of the client itself, which this server cannot mend. Where it does better, the run passes too. */
  readonly known?: {
    readonly expiry?: Outcome;
    readonly offlineExpiry?: Outcome;
    readonly restart?: Outcome;
    readonly why: string;
  };
}

const sdk1 = (version: string): ListedClient => ({
  folder: `sdk-${version}`,
  name: `@modelcontextprotocol/sdk ${version}`,
  transport: 'HTTP',
  path: '/mcp',
});

/** One client of each family that agents are built on. The rows of the table in docs/clients.md, in this order. */
export const CLIENTS: readonly ListedClient[] = [
  {
    ...sdk1('1.8.0'),
    transport: 'SSE',
    path: '/mcp/sse',
    env: { AUTH_LEGACY_METADATA: 'true' },
  },
  sdk1('1.12.3'),
  sdk1('1.15.1'),
  sdk1('1.20.2'),
  sdk1('1.22.0'),
  sdk1('1.25.3'),
  sdk1('1.32.2'),
  {
    folder: 'client-2.4.0',
    name: '@modelcontextprotocol/client 2.4.0',
    transport: 'HTTP',
    path: '/mcp',
  },
  {
    folder: 'mcp-remote-0.1.38',
    name: 'mcp-remote 0.1.38',
    transport: 'HTTP',
    path: '/mcp',
    known: {
      expiry: 'hangs',
      offlineExpiry: 'hangs',
      restart: 'hangs',
      why: 'it logs a 401 or a 404 during a call, and does not pass it on; its user must restart it',
    },
  },
  { folder: 'mcp-remote-0.15.1', name: 'mcp-remote 0.15.1', transport: 'HTTP', path: '/mcp' },
  {
    folder: 'ai-sdk',
    name: '@ai-sdk/mcp 2.0.99',
    transport: 'HTTP',
    path: '/mcp',
    needsModernNode: true,
  },
  { folder: 'langchain', name: '@langchain/mcp-adapters 1.1.4', transport: 'HTTP', path: '/mcp' },
  { folder: 'openai-agents', name: '@openai/agents 0.20.0', transport: 'HTTP', path: '/mcp' },
  {
    folder: 'mastra',
    name: '@mastra/mcp 2.0.0',
    transport: 'HTTP',
    path: '/mcp',
    needsModernNode: true,
    noRegistration: 'its OAuth provider takes a client id or a metadata document',
  },
  {
    folder: 'inspector-cli',
    name: '@modelcontextprotocol/inspector 2.12.0 (CLI)',
    transport: 'HTTP',
    path: '/mcp',
    needsModernNode: true,
  },
];
