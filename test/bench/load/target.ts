/** How a server is spoken to. */
export type Era = '2026-07-28' | '2025-11-25' | '2024-11-05';

/** Whom to call, and as whom. */
export interface Target {
  readonly port: number;
  readonly era: Era;
  /** The endpoint; of HTTP+SSE, the one that opens the stream. */
  readonly path: string;
  /** Used in turns. */
  readonly tokens: readonly string[];
  readonly connections: number;
  /** Sessions, used in turns; at least one for each connection. Means nothing to 2026-07-28. */
  readonly sessions: number;
  /** What is asked: a call of whoami, or the first page of tools. */
  readonly method: 'tools/call' | 'tools/list';
}

export interface Load {
  readonly milliseconds: number;
  /** Ends earlier, after so many calls. */
  readonly calls?: number;
}

export interface LoadResult {
  readonly calls: number;
  /** Answers other than the one expected. */
  readonly failed: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly bytesPerCall: number;
}

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

export function messageOf({ method, era }: Target, id: number): object {
  const named = method === 'tools/call' ? { name: 'whoami', arguments: {} } : {};
  const params = era === '2026-07-28' ? { ...named, _meta: META } : named;
  return { jsonrpc: '2.0', id, method, params };
}

export function headersOf({ era, method }: Target, token: string): Record<string, string> {
  return {
    Authorization: `Bearer ${token}`,
    Accept: 'application/json, text/event-stream',
    ...(era === '2026-07-28' && {
      'MCP-Protocol-Version': era,
      'Mcp-Method': method,
      ...(method === 'tools/call' && { 'Mcp-Name': 'whoami' }),
    }),
  };
}

export const initializeMessage = (era: Era): object => ({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: era, capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
});

export const INITIALIZED: object = { jsonrpc: '2.0', method: 'notifications/initialized' };
