import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { textOf } from '../shared/memory.provider.mjs';

const program = fileURLToPath(
  new URL('node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js', import.meta.url),
);
const ADDRESS = /(http\S+\/oidc\/auth\?\S+)/;

/** A process for each command; it keeps tokens in its home. */
export function createClient({ url, redirectUrl, home, signIn }) {
  const run = (...args) =>
    new Promise((resolve, reject) => {
      const options = ['--cli', url, '--format', 'json', '--callback-url', redirectUrl];
      const child = spawn(process.execPath, [program, ...options, ...args], {
        // No PATH: there is no browser that it could open.
        env: { HOME: home, PATH: home, MCP_AUTO_OPEN_ENABLED: 'true', MCP_INSPECTOR_SECRET_STORE: 'file' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      let asked = false;
      child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text) => {
        stderr += text;
        process.stderr.write(text);
        const address = ADDRESS.exec(stderr)?.[1];
        if (address === undefined || asked) return;
        asked = true;
        void signIn(address).then((redirect) => fetch(redirect));
      });
      child.once('error', reject);
      child.once('close', (code) =>
        code === 0
          ? resolve(JSON.parse(stdout).result)
          : reject(new Error(`ended with ${code}: ${stderr.slice(-400)}`)),
      );
    });
  return {
    connect: () => run('--method', 'tools/list'),
    listTools: async () => (await run('--method', 'tools/list')).tools.map(({ name }) => name),
    callTool: async (name) => textOf(await run('--method', 'tools/call', '--tool-name', name)),
    close: () => undefined,
  };
}
