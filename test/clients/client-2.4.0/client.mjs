import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { MemoryProvider, textOf } from '../shared/memory.provider.mjs';

export function createClient({ url, redirectUrl }) {
  const authProvider = new MemoryProvider(redirectUrl);
  let client;
  let transport;
  return {
    async connect() {
      client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
      transport = new StreamableHTTPClientTransport(new URL(url), { authProvider });
      await client.connect(transport);
    },
    takeSignInAddress: () => authProvider.takeSignInAddress(),
    finishSignIn: (redirect) => transport.finishAuth(redirect.searchParams),
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (name) => textOf(await client.callTool({ name, arguments: {} })),
    close: () => client.close(),
  };
}
