import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
  type VersionNegotiationOptions,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';

/** The user behind a client, who answers what the server asks. */
export interface User {
  readonly elicit?: (params: Record<string, unknown>) => Elicitation;
  readonly sample?: () => string;
  readonly roots?: readonly string[];
}

export interface Elicitation {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: Record<string, string | number | boolean>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: { progress: number; message?: string }) => void;
  readonly meta?: Record<string, unknown>;
}

export interface AnsweringClient {
  call(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<Answer>;
  prompt(name: string): Promise<string>;
  read(uri: string): Promise<string>;
  /** What the server has logged so far. */
  readonly logged: { level: string; data: unknown }[];
  readonly sdk: Client | ModernClient;
  close(): Promise<void>;
}

export interface Answer {
  readonly text: string;
  readonly isError: boolean;
  readonly structured: unknown;
}

export interface AnsweringEra {
  readonly era: string;
  connect(origin: string, token: string, user?: User): Promise<AnsweringClient>;
}

const INFO = { name: 'test', version: '1.0.0' };
const headersOf = (token: string) => ({ requestInit: { headers: { Authorization: `Bearer ${token}` } } });

const capabilitiesOf = (user: User) => ({
  ...(user.elicit && { elicitation: { form: {}, url: {} } }),
  ...(user.sample && { sampling: {} }),
  ...(user.roots && { roots: {} }),
});

const sampled = (text: string) => ({
  model: 'test',
  role: 'assistant' as const,
  content: { type: 'text' as const, text },
});

function older(user: User, logged: AnsweringClient['logged']): Client {
  const client = new Client(INFO, { capabilities: capabilitiesOf(user) });
  const { elicit, sample, roots } = user;
  if (elicit) client.setRequestHandler(ElicitRequestSchema, ({ params }) => ({ ...elicit(params) }));
  if (sample) client.setRequestHandler(CreateMessageRequestSchema, () => sampled(sample()));
  if (roots)
    client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: roots.map((uri) => ({ uri })) }));
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params: { level, data } }) => {
    logged.push({ level, data });
  });
  return client;
}

function newer(
  user: User,
  logged: AnsweringClient['logged'],
  mode: VersionNegotiationOptions['mode'],
): ModernClient {
  const client = new ModernClient(INFO, { capabilities: capabilitiesOf(user), versionNegotiation: { mode } });
  const { elicit, sample, roots } = user;
  if (elicit) client.setRequestHandler('elicitation/create', ({ params }) => ({ ...elicit(params) }));
  if (sample) client.setRequestHandler('sampling/createMessage', () => sampled(sample()));
  if (roots) client.setRequestHandler('roots/list', () => ({ roots: roots.map((uri) => ({ uri })) }));
  client.setNotificationHandler('notifications/message', ({ params: { level, data } }) => {
    logged.push({ level, data });
  });
  return client;
}

function wrap(client: Client | ModernClient, logged: AnsweringClient['logged']): AnsweringClient {
  return {
    sdk: client,
    logged,
    call: async (name, args = {}, { meta, ...options } = {}) => {
      const params = { name, arguments: args, ...(meta && { _meta: meta }) };
      const result: Record<string, unknown> =
        client instanceof Client
          ? await client.callTool(params, undefined, options)
          : await client.callTool(params, options);
      return {
        text: textOf(result['content']),
        isError: result['isError'] === true,
        structured: result['structuredContent'],
      };
    },
    prompt: async (name) => textOf((await client.getPrompt({ name })).messages.map(({ content }) => content)),
    read: async (uri) => textOf((await client.readResource({ uri })).contents),
    close: () => client.close(),
  };
}

function textOf(blocks: unknown): string {
  if (!Array.isArray(blocks)) return '';
  const texts = blocks.map((block: unknown) =>
    typeof block === 'object' && block !== null && 'text' in block ? block.text : '',
  );
  return texts.join('\n');
}

const withSdk2 = (mode: VersionNegotiationOptions['mode']): AnsweringEra['connect'] => {
  return async (origin, token, user = {}) => {
    const logged: AnsweringClient['logged'] = [];
    const client = newer(user, logged, mode);
    await client.connect(new ModernTransport(new URL('/mcp', origin), headersOf(token)));
    return wrap(client, logged);
  };
};

/** Clients of both SDKs that answer for a user, in each way of speaking. */
export const ANSWERING_ERAS: readonly (AnsweringEra & { readonly revision: string })[] = [
  {
    era: '2024-11-05 (HTTP+SSE, SDK 1)',
    revision: '2024',
    connect: async (origin, token, user = {}) => {
      const logged: AnsweringClient['logged'] = [];
      const client = older(user, logged);
      await client.connect(new SSEClientTransport(new URL('/mcp/sse', origin), headersOf(token)));
      return wrap(client, logged);
    },
  },
  {
    era: '2025-11-25 (Streamable HTTP, SDK 1)',
    revision: '2025',
    connect: async (origin, token, user = {}) => {
      const logged: AnsweringClient['logged'] = [];
      const client = older(user, logged);
      await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', origin), headersOf(token)));
      return wrap(client, logged);
    },
  },
  { era: '2025-11-25 (Streamable HTTP, SDK 2)', revision: '2025', connect: withSdk2('legacy') },
  { era: '2026-07-28 (stateless, SDK 2)', revision: '2026', connect: withSdk2({ pin: '2026-07-28' }) },
];
