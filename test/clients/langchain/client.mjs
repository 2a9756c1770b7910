import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { MemoryProvider } from '../shared/memory.provider.mjs';

export function createClient({ url, redirectUrl }) {
  const authProvider = new MemoryProvider(redirectUrl);
  let client;
  let tools;
  return {
    async connect() {
      client = new MultiServerMCPClient({
        mcpServers: { server: { transport: 'http', url, authProvider } },
        throwOnLoadError: true,
        automaticSSEFallback: false,
      });
      tools = await client.getTools();
    },
    takeSignInAddress: () => authProvider.takeSignInAddress(),
    // The adapters finish no sign-in themselves: their documentation leaves it to the SDK.
    finishSignIn: (redirect) =>
      new StreamableHTTPClientTransport(new URL(url), { authProvider }).finishAuth(
        redirect.searchParams.get('code'),
      ),
    listTools: async () => (tools = await client.getTools()).map(({ name }) => name),
    async callTool(name) {
      const result = await tools.find((tool) => tool.name === name).invoke({});
      return typeof result === 'string' ? result : JSON.stringify(result);
    },
    close: () => client.close(),
  };
}
