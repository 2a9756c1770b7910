/** A room of `src`: what it may import, and the floor it stands on. An arrow may only lead to a lower floor. */
export interface Room {
  readonly floor: number;
  readonly imports: readonly string[];
  /** Rooms of which it may know the types and nothing else. */
  readonly typesOf?: readonly string[];
}

/** Every room there is or will be. A folder of `src` that is not here is a fault. */
export const ROOMS: Readonly<Record<string, Room>> = {
  config: { floor: 1, imports: [] },
  mcp: { floor: 1, imports: [] },
  storage: { floor: 2, imports: ['config'] },
  // Everything between the socket and the routes.
  edge: { floor: 3, imports: ['config', 'observability'] },
  logto: { floor: 2, imports: ['config'] },
  observability: { floor: 2, imports: ['config'], typesOf: ['mcp'] },
  'dev-tenant': { floor: 2, imports: ['config'] },
  // edge: how a route reads a body.
  auth: { floor: 4, imports: ['config', 'edge', 'logto', 'storage', 'observability'] },
  limits: { floor: 3, imports: ['config', 'storage', 'mcp', 'observability'] },
  cluster: { floor: 3, imports: ['config', 'storage', 'mcp'] },
  // Its counts are rates like any other, so limits keeps them.
  registration: { floor: 5, imports: ['logto', 'auth', 'config', 'edge', 'limits'] },
  // auth only for `@Public()`: probes carry no token. edge: readiness ends before the server does.
  health: { floor: 5, imports: ['logto', 'storage', 'config', 'mcp', 'auth', 'edge'] },
  portal: { floor: 5, imports: ['config', 'mcp', 'auth'] },
  // A local client instead of HTTP: whom it acts for, and what stdout is for.
  stdio: { floor: 5, imports: ['config', 'auth', 'dev-tenant'] },
  tools: { floor: 5, imports: ['mcp', 'auth', 'logto'] },
  // Commands of an operator: one makes the tenant right, the other says what is wrong on a client's way in.
  setup: { floor: 4, imports: ['config', 'logto'] },
  doctor: { floor: 4, imports: ['config', 'logto'] },
};

/** Files of `src` that belong to no room, and the rooms they may import: one of them joins the rooms. */
export const TOP: Readonly<Record<string, readonly string[]>> = {
  'app.module.ts': Object.keys(ROOMS),
  'app.ts': ['config', 'edge', 'observability'],
  // Which URLs clients connect to: the same for the server and for the commands of its operator.
  'app.resources.ts': ['config', 'auth'],
  'main.ts': ['edge'],
  // Runs the application without HTTP, so it takes out of it what a controller would have been given.
  'stdio.ts': ['config', 'auth', 'mcp', 'observability', 'stdio'],
  // Asks the application which scopes its tools want.
  'setup.ts': ['config', 'logto', 'mcp', 'setup'],
  'doctor.ts': ['config', 'doctor', 'logto'],
  'version.ts': [],
};

/** Packages that one room keeps to itself: types are free for all, the running code is not. */
export const OWNED_PACKAGES: Readonly<Record<string, string>> = {
  '@modelcontextprotocol/server': 'mcp',
  '@modelcontextprotocol/sdk': 'mcp',
  ioredis: 'storage',
  'rate-limiter-flexible': 'limits',
  'prom-client': 'observability',
};

/** Packages that even as types belong to one room: elsewhere the image lacks them. */
export const SEALED_PACKAGES: Readonly<Record<string, string>> = { 'oidc-provider': 'dev-tenant' };

export const MAX_LINES = 200;
