import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
  type VersionNegotiationOptions,
} from '@modelcontextprotocol/client';
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** What every test asks of a client, whichever SDK is behind it. */
export interface TestClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(name: string, args?: Record<string, unknown>): Promise<ToolAnswer>;
  close(): Promise<void>;
  /** The client itself, as far as both SDKs are alike. */
  readonly sdk: FeatureClient;
}

type Listing<Key extends string> = Record<Key, object[]> & { nextCursor?: string };

/** What both SDKs' clients can do beside calling tools. */
export interface FeatureClient {
  listTools(page?: { cursor: string }): Promise<Listing<'tools'>>;
  listResources(page?: { cursor: string }): Promise<Listing<'resources'>>;
  listResourceTemplates(page?: { cursor: string }): Promise<Listing<'resourceTemplates'>>;
  listPrompts(page?: { cursor: string }): Promise<Listing<'prompts'>>;
  readResource(params: { uri: string }): Promise<object>;
  getPrompt(params: { name: string; arguments?: Record<string, string> }): Promise<object>;
  complete(params: {
    ref: { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string };
    argument: { name: string; value: string };
    context?: { arguments: Record<string, string> };
  }): Promise<{ completion: object }>;
  getServerCapabilities(): object | undefined;
}

export interface ToolAnswer {
  readonly text: string;
  readonly structured: Record<string, unknown> | undefined;
  readonly isError: boolean;
}

/** How a client authenticates: with a token it has, or by the SDK's whole OAuth flow. */
type Credentials = { requestInit: RequestInit } | { authProvider: OAuthClientProvider };

interface Attempt {
  connect(): Promise<TestClient>;
  /** Exchanges the code of the redirect, after which a new attempt connects. */
  finishAuth(redirect: URLSearchParams): Promise<void>;
}

export interface TestEra {
  readonly era: string;
  readonly path: string;
  attempt(origin: string, credentials: Credentials): Attempt;
  connect(origin: string, token: string): Promise<TestClient>;
}

const INFO = { name: 'test', version: '1.0.0' };

function era(name: string, path: string, attempt: (url: URL, credentials: Credentials) => Attempt): TestEra {
  return {
    era: name,
    path,
    attempt: (origin, credentials) => attempt(new URL(path, origin), credentials),
    connect: (origin, token) =>
      attempt(new URL(path, origin), {
        requestInit: { headers: { Authorization: `Bearer ${token}` } },
      }).connect(),
  };
}

function overSse(url: URL, credentials: Credentials): Attempt {
  const client = new Client(INFO);
  const transport = new SSEClientTransport(url, credentials);
  return {
    connect: async () => {
      await client.connect(transport);
      return wrap(client);
    },
    finishAuth: (redirect) => transport.finishAuth(redirect.get('code') ?? ''),
  };
}

function overStreamable(url: URL, credentials: Credentials): Attempt {
  const client = new Client(INFO);
  const transport = new StreamableHTTPClientTransport(url, credentials);
  return {
    connect: async () => {
      await client.connect(transport);
      return wrap(client);
    },
    finishAuth: (redirect) => transport.finishAuth(redirect.get('code') ?? ''),
  };
}

const withSdk2 =
  (mode: VersionNegotiationOptions['mode']) =>
  (url: URL, credentials: Credentials): Attempt => {
    const client = new ModernClient(INFO, { versionNegotiation: { mode } });
    const transport = new ModernTransport(url, credentials);
    return {
      connect: async () => {
        await client.connect(transport);
        return wrap(client);
      },
      finishAuth: (redirect) => transport.finishAuth(redirect),
    };
  };

/** A client for each way of speaking; what holds in every era runs over this table. */
export const ERAS: readonly TestEra[] = [
  era('2024-11-05 (HTTP+SSE, SDK 1)', '/mcp/sse', overSse),
  era('2024-11-05 (HTTP+SSE at the root, SDK 1)', '/sse', overSse),
  era('2025-11-25 (Streamable HTTP, SDK 1)', '/mcp', overStreamable),
  era('2025-11-25 (Streamable HTTP, SDK 2 legacy)', '/mcp', withSdk2('legacy')),
  era('2026-07-28 (stateless, SDK 2 pinned)', '/mcp', withSdk2({ pin: '2026-07-28' })),
  era('2026-07-28 (SDK 2 auto)', '/mcp', withSdk2('auto')),
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
    sdk: client,
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
