import { textOf } from './memory.provider.mjs';

const ADDRESS = /authorize this client by visiting:\s*(http\S+)\s/g;

/** mcp-remote as a local client starts it, which speaks stdio to it. The user signs in whenever it prints an address. */
export const mcpRemoteClient =
  ({ Client, StdioClientTransport, program }) =>
  ({ url, redirectUrl, home, signIn }) => {
    const { port } = new URL(redirectUrl);
    let client;
    return {
      async connect() {
        const transport = new StdioClientTransport({
          command: process.execPath,
          args: [program, url, port, '--host', '127.0.0.1'],
          // No PATH: there is no browser that it could open.
          env: { HOME: home, MCP_REMOTE_CONFIG_DIR: home, PATH: home },
          stderr: 'pipe',
        });
        watch(transport.stderr, signIn);
        client = new Client({ name: 'test', version: '1.0.0' });
        await client.connect(transport, { timeout: 60_000 });
      },
      listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
      callTool: async (name) => textOf(await client.callTool({ name, arguments: {} })),
      close: () => client.close(),
    };
  };

function watch(stream, signIn) {
  let said = '';
  let answered = 0;
  stream.on('data', (chunk) => {
    process.stderr.write(chunk);
    said += String(chunk);
    const addresses = [...said.matchAll(ADDRESS)].map(([, address]) => address);
    for (const address of addresses.slice(answered)) {
      answered += 1;
      // It listens for the browser itself.
      void signIn(address).then((redirect) => fetch(redirect));
    }
  });
}
