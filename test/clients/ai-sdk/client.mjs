import { auth, createMCPClient } from '@ai-sdk/mcp';
import { MemoryProvider, textOf } from '../shared/memory.provider.mjs';

export function createClient({ url, redirectUrl }) {
  const authProvider = new MemoryProvider(redirectUrl);
  let client;
  return {
    async connect() {
      client = await createMCPClient({ transport: { type: 'http', url, authProvider } });
    },
    takeSignInAddress: () => authProvider.takeSignInAddress(),
    finishSignIn: ({ searchParams }) =>
      auth(authProvider, {
        serverUrl: url,
        authorizationCode: searchParams.get('code'),
        callbackState: searchParams.get('state') ?? undefined,
        callbackIssuer: searchParams.get('iss') ?? undefined,
      }),
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (name) => textOf(await client.callTool({ name, arguments: {} })),
    close: () => client.close(),
  };
}
