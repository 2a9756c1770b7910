import { describe, expect, it } from 'vitest';
import { readArguments } from '../../examples/agent/agent.arguments.js';
import { endpointFor } from '../../examples/agent/era.js';

describe('npm run agent', () => {
  it('needs no arguments', () => {
    expect(readArguments([])).toEqual({
      url: new URL('http://localhost:3000/mcp'),
      clientId: 'smartmail-ai',
      era: 'auto',
      open: true,
    });
  });

  it('takes another server, app, era and scope, and leaves the browser alone', () => {
    const argv = ['--url', 'http://127.0.0.1:9/mcp', '--client-id', 'mine', '--era', '2024-11-05'];
    expect(readArguments([...argv, '--scope', 'openid email', '--no-open'])).toEqual({
      url: new URL('http://127.0.0.1:9/mcp'),
      clientId: 'mine',
      era: '2024-11-05',
      scope: 'openid email',
      open: false,
    });
  });

  it.each([
    [['--era', '2025-01-01'], '--era must be auto or one of 2024-11-05, 2025-11-25, 2026-07-28'],
    [['--url', 'nonsense'], '--url must be a URL, not nonsense'],
    [['--scopes', 'openid'], "Unknown option '--scopes'"],
  ])('says what is wrong with %j', (argv, message) => {
    expect(() => readArguments(argv)).toThrow(message);
  });

  it.each([
    ['2024-11-05', 'http://localhost:3000/mcp', 'http://localhost:3000/mcp/sse'],
    ['2024-11-05', 'http://localhost:3000/sse', 'http://localhost:3000/sse'],
    ['2025-11-25', 'http://localhost:3000/mcp', 'http://localhost:3000/mcp'],
    ['auto', 'http://localhost:3000/mcp', 'http://localhost:3000/mcp'],
  ] as const)('in %s it connects from %s to %s', (era, url, endpoint) => {
    expect(endpointFor(era, new URL(url)).href).toBe(endpoint);
  });
});
