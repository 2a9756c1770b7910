import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { MCPServerStreamableHttp } from '@openai/agents';
import { MemoryProvider, textOf } from '../shared/memory.provider.mjs';

export function createClient({ url, redirectUrl }) {
  const authProvider = new MemoryProvider(redirectUrl);
  let server;
  return {
    async connect() {
      server = new MCPServerStreamableHttp({ url, authProvider, name: 'server', cacheToolsList: false });
      await server.connect();
    },
    takeSignInAddress: () => authProvider.takeSignInAddress(),
    // The agents finish no sign-in themselves; they hand the provider to the SDK below them.
    finishSignIn: (redirect) =>
      new StreamableHTTPClientTransport(new URL(url), { authProvider }).finishAuth(redirect.searchParams),
    listTools: async () => (await server.listTools()).map(({ name }) => name),
    callTool: async (name) => textOf({ content: await server.callTool(name, {}) }),
    close: () => server.close(),
  };
}
