import {
  Client,
  type FetchLike,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client';
import type { Connection } from './connection.js';
import type { SmartMailProvider } from './smartmail.provider.js';

/** `@modelcontextprotocol/client` 2.x: 2026-07-28, where no request depends on an earlier one. */
export function clientConnection(
  mode: VersionNegotiationMode,
  url: URL,
  authProvider: SmartMailProvider,
  fetch: FetchLike,
): Connection {
  const client = new Client({ name: 'SmartMail AI', version: '1.0.0' }, { versionNegotiation: { mode } });
  const transport = new StreamableHTTPClientTransport(url, { authProvider, fetch });
  return {
    open: () => client.connect(transport),
    wantsSignIn: (failure) => failure instanceof UnauthorizedError,
    // The whole query: this SDK compares `iss` once more.
    finishSignIn: (query) => transport.finishAuth(query),
    toolNames: async () => (await client.listTools()).tools.map((tool) => tool.name),
    callTool: (name) => client.callTool({ name, arguments: {} }),
    get protocolVersion() {
      return client.getNegotiatedProtocolVersion();
    },
    close: async () => {
      // Only a server of an earlier era gave us a session to end.
      await transport.terminateSession().catch(() => undefined);
      await client.close();
    },
  };
}
