import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** What every test asks of a client, whichever SDK is behind it. */
export interface TestClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(name: string, args?: Record<string, unknown>): Promise<ToolAnswer>;
  close(): Promise<void>;
}

export interface ToolAnswer {
  readonly text: string;
  readonly structured: Record<string, unknown> | undefined;
  readonly isError: boolean;
}

type Connect = (origin: string, token: string) => Promise<TestClient>;

const INFO = { name: 'test', version: '1.0.0' };
const bearer = (token: string) => ({ requestInit: { headers: { Authorization: `Bearer ${token}` } } });

/** A client for each way of speaking; what holds in every era runs over this table. */
export const ERAS: readonly { readonly era: string; readonly path: string; readonly connect: Connect }[] = [
  {
    era: '2024-11-05 (HTTP+SSE, SDK 1)',
    path: '/mcp/sse',
    connect: async (origin, token) => {
      const client = new Client(INFO);
      await client.connect(new SSEClientTransport(new URL('/mcp/sse', origin), bearer(token)));
      return wrap(client);
    },
  },
  {
    era: '2024-11-05 (HTTP+SSE at the root, SDK 1)',
    path: '/sse',
    connect: async (origin, token) => {
      const client = new Client(INFO);
      await client.connect(new SSEClientTransport(new URL('/sse', origin), bearer(token)));
      return wrap(client);
    },
  },
  {
    era: '2025-11-25 (Streamable HTTP, SDK 1)',
    path: '/mcp',
    connect: async (origin, token) => {
      const client = new Client(INFO);
      await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', origin), bearer(token)));
      return wrap(client);
    },
  },
  {
    era: '2025-11-25 (Streamable HTTP, SDK 2 legacy)',
    path: '/mcp',
    connect: async (origin, token) => {
      const client = new ModernClient(INFO, { versionNegotiation: { mode: 'legacy' } });
      await client.connect(new ModernTransport(new URL('/mcp', origin), bearer(token)));
      return wrap(client);
    },
  },
  {
    era: '2026-07-28 (stateless, SDK 2 pinned)',
    path: '/mcp',
    connect: async (origin, token) => {
      const client = new ModernClient(INFO, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
      await client.connect(new ModernTransport(new URL('/mcp', origin), bearer(token)));
      return wrap(client);
    },
  },
  {
    era: '2026-07-28 (SDK 2 auto)',
    path: '/mcp',
    connect: async (origin, token) => {
      const client = new ModernClient(INFO, { versionNegotiation: { mode: 'auto' } });
      await client.connect(new ModernTransport(new URL('/mcp', origin), bearer(token)));
      return wrap(client);
    },
  },
];

/** Both SDKs agree on these; only their type names differ. */
export function wrap(client: Client | ModernClient): TestClient {
  return {
    listTools: () => client.listTools(),
    callTool: async (name, args = {}) => {
      const result: Record<string, unknown> = await client.callTool({ name, arguments: args });
      return {
        text: textOf(result['content']),
        // A tool's structured content is an object in every revision these clients speak.
        structured: result['structuredContent'] as Record<string, unknown> | undefined,
        isError: result['isError'] === true,
      };
    },
    close: () => client.close(),
  };
}

function textOf(content: unknown): string {
  if (!Array.isArray(content)) return '';
  return content
    .map((block: unknown) =>
      typeof block === 'object' && block !== null && 'text' in block ? block.text : '',
    )
    .join('\n');
}
