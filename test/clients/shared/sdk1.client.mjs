import { MemoryProvider, textOf } from './memory.provider.mjs';

/** A program on SDK 1: it finishes sign-ins itself, and opens a new transport for each connection. */
export const sdk1Client =
  ({ Client, Transport }) =>
  ({ url, redirectUrl }) => {
    const authProvider = new MemoryProvider(redirectUrl);
    let client;
    let transport;
    return {
      async connect() {
        client = new Client({ name: 'test', version: '1.0.0' }, { capabilities: {} });
        transport = new Transport(new URL(url), { authProvider });
        await client.connect(transport);
      },
      takeSignInAddress: () => authProvider.takeSignInAddress(),
      finishSignIn: (redirect) => transport.finishAuth(redirect.searchParams.get('code')),
      listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
      callTool: async (name) => textOf(await client.callTool({ name, arguments: {} })),
      close: () => client.close(),
    };
  };
