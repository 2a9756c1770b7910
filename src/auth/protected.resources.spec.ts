import { describe, expect, it } from 'vitest';
import { ProtectedResources } from './protected.resources.js';

const ORIGIN = 'https://mcp.example.com';

describe('ProtectedResources', () => {
  const resources = new ProtectedResources(ORIGIN, [
    { path: '/mcp', routes: ['/mcp'] },
    { path: '/mcp/sse', routes: ['/mcp/sse', '/mcp/messages'] },
  ]);

  it('puts the path of a resource after the well-known part (RFC 9728 section 3.1)', () => {
    expect(resources.all).toEqual([
      {
        path: '/mcp',
        url: `${ORIGIN}/mcp`,
        metadataUrl: `${ORIGIN}/.well-known/oauth-protected-resource/mcp`,
      },
      {
        path: '/mcp/sse',
        url: `${ORIGIN}/mcp/sse`,
        metadataUrl: `${ORIGIN}/.well-known/oauth-protected-resource/mcp/sse`,
      },
    ]);
  });

  it.each([
    ['/mcp', '/mcp'],
    ['/mcp/sse', '/mcp/sse'],
    ['/mcp/messages', '/mcp/sse'],
    ['/elsewhere', '/mcp'],
    [undefined, '/mcp'],
  ])('says that route %s belongs to %s', (route, path) => {
    expect(resources.ofRoute(route).path).toBe(path);
  });

  it.each(['', '/', 'mcp', '/mcp/', '/mcp?x=1', '/mcp#x', '//mcp'])('takes no resource at "%s"', (path) => {
    expect(() => new ProtectedResources(ORIGIN, [{ path, routes: [] }])).toThrow(TypeError);
  });

  it('needs at least one resource', () => {
    expect(() => new ProtectedResources(ORIGIN, [])).toThrow(TypeError);
  });
});
