import { MCPClient, MCPOAuthClientProvider } from '@mastra/mcp';

/** Its provider posts to no registration endpoint: the user gives it a client id, or it has a metadata document. */
export function createClient({ url, redirectUrl, clientId, signIn }) {
  const authProvider = new MCPOAuthClientProvider({
    redirectUrl,
    clientMetadata: {
      client_name: 'Client of the tests',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
    clientInformation: { client_id: clientId },
    // It listens for the browser itself.
    onRedirectToAuthorization: (address) => void signIn(address).then((redirect) => fetch(redirect)),
  });
  let client;
  const toolsOf = async () => {
    const { toolsets, errors } = await client.listToolsetsWithErrors();
    if (errors.server) throw new Error(errors.server);
    return toolsets.server;
  };
  const authenticated = async (action) => {
    try {
      return await action();
    } catch (error) {
      if (client.getServerAuthState('server') !== 'needs-auth') throw error;
      await client.authenticate('server');
      return action();
    }
  };
  return {
    async connect() {
      client = new MCPClient({ servers: { server: { url: new URL(url), authProvider } } });
      await authenticated(toolsOf);
    },
    listTools: () => authenticated(async () => Object.keys(await toolsOf())),
    callTool: (name) =>
      authenticated(async () => {
        const result = await (await toolsOf())[name].execute({}, {});
        if (result?.isError) throw new Error(JSON.stringify(result));
        return JSON.stringify(result);
      }),
    close: () => client.disconnect(),
  };
}
