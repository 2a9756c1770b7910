import type { ProtectedResource } from './auth/index.js';
import type { Config } from './config/index.js';

/** Each URL that clients connect to is a resource of its own, because they compare it with the metadata's. */
export const resourcesOf = ({ mcp }: Pick<Config, 'mcp'>): ProtectedResource[] => [
  { path: '/mcp', routes: ['/mcp'] },
  ...(mcp.sse
    ? [
        { path: '/mcp/sse', routes: ['/mcp/sse', '/mcp/messages'] },
        { path: '/sse', routes: ['/sse', '/messages'] },
      ]
    : []),
];

/** The same as clients know them. */
export const resourceUrlsOf = (config: Pick<Config, 'http' | 'mcp'>): string[] =>
  resourcesOf(config).map(({ path }) => config.http.publicUrl + path);
