import type { Era } from '../agent/era.js';

/** One story of the demo: who asks, how, for what, and what the user decides. */
export interface Scene {
  readonly title: string;
  readonly era: Era;
  /** App id in the tenant. */
  readonly app: 'smartmail-ai' | 'first-party-app';
  /** Path of the endpoint, which is an API resource of its own. */
  readonly path: '/mcp' | '/mcp/sse' | '/sse';
  /** Scopes the client asks for; those of the challenge when absent. */
  readonly scope?: string;
  /** Whether the client sends `resource` (RFC 8707), which decides the kind of its token. */
  readonly sendResource: boolean;
  readonly decision: 'authorize' | 'cancel';
}

export const isThirdParty = (scene: Scene): boolean => scene.app === 'smartmail-ai';

const full = { sendResource: true, decision: 'authorize' } as const;
const stateless = { era: '2026-07-28', path: '/mcp' } as const;
const streamable = { era: '2025-11-25', path: '/mcp' } as const;
const sse = { era: '2024-11-05', path: '/mcp/sse' } as const;
const agent = { app: 'smartmail-ai', title: 'A third-party agent asks for consent' } as const;
const own = { app: 'first-party-app', title: 'A first-party app needs no consent' } as const;
const less = { app: 'smartmail-ai', scope: 'openid' } as const;

export const scenes: readonly Scene[] = [
  { ...full, ...agent, ...stateless },
  { ...full, ...agent, ...streamable },
  { ...full, ...agent, ...sse },
  { ...full, ...own, ...stateless },
  { ...full, ...own, ...streamable },
  { ...full, ...own, ...sse },
  { ...full, ...less, ...stateless, title: 'Only openid is granted' },
  {
    ...full,
    ...less,
    ...streamable,
    title: 'Only openid is granted, with an opaque token',
    sendResource: false,
  },
  { ...full, ...agent, ...sse, path: '/sse', title: 'A client that sends no resource', sendResource: false },
  { ...full, ...agent, ...streamable, title: 'The user presses Cancel', decision: 'cancel' },
];
