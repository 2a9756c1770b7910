import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Connection } from './connection.js';
import type { SmartMailProvider } from './smartmail.provider.js';

/** `@modelcontextprotocol/sdk` 1.x: the eras with sessions. */
export function sdkConnection(
  kind: 'sse' | 'streamable-http',
  url: URL,
  authProvider: SmartMailProvider,
  fetch: FetchLike,
): Connection {
  const client = new Client({ name: 'SmartMail AI', version: '1.0.0' });
  const streamable = new StreamableHTTPClientTransport(url, { authProvider, fetch });
  const transport = kind === 'sse' ? new SSEClientTransport(url, { authProvider, fetch }) : streamable;
  return {
    open: () => client.connect(transport),
    wantsSignIn: (failure) => failure instanceof UnauthorizedError,
    finishSignIn: (query) => transport.finishAuth(query.get('code') ?? ''),
    toolNames: async () => (await client.listTools()).tools.map((tool) => tool.name),
    callTool: async (name) => CallToolResultSchema.parse(await client.callTool({ name, arguments: {} })),
    get protocolVersion() {
      return kind === 'sse' ? undefined : streamable.protocolVersion;
    },
    close: async () => {
      // A session that nobody ends stays in the server's memory until it expires. A server that is gone has none.
      if (kind === 'streamable-http') await streamable.terminateSession().catch(() => undefined);
      await client.close();
    },
  };
}
