import { spawn } from 'node:child_process';

const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Tries to show a page. The address came from a server, so it must be a web page and never meets a shell. */
export function openBrowser(url: URL): void {
  if (!/^https?:$/.test(url.protocol)) return;
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url.href], { stdio: 'ignore', detached: true });
  // A machine without a browser: the address has been printed.
  child.on('error', () => undefined);
  child.unref();
}
