import { parseArgs } from 'node:util';

export const usage = `npm run setup -- [options]

Makes the Logto tenant right for this server, over the Management API (LOGTO_MANAGEMENT_*). It only ever adds.

  --dry-run         show what is missing and change nothing
  --app <name>      also: a third-party app of that name, for one agent
  --redirect <uri>  where that agent's users come back to; may be repeated
  --type <type>     native, spa or traditional (native for this machine and own schemes, else traditional)
  --scopes <a,b>    permissions besides those that the tools and AUTH_SCOPES name
  --role <name>     the role that holds the permissions (MCP user)
  --no-cimd         leave client id metadata documents as they are
  --json            one JSON document instead of words
  --help

Exit codes: 0 nothing is missing (any more); 1 something still is: a change failed, and a further run completes it,
or it was a dry run; 2 it could not run.
`;

const TYPES = { native: 'Native', spa: 'SPA', traditional: 'Traditional' } as const;
export type AppType = (typeof TYPES)[keyof typeof TYPES];

export interface SetupArguments {
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly help: boolean;
  readonly cimd: boolean;
  readonly role: string;
  readonly scopes: readonly string[];
  readonly app?: { readonly name: string; readonly type: AppType; readonly redirectUris: readonly string[] };
}

/** @throws {Error} in words for the user */
export function readArguments(argv: readonly string[]): SetupArguments {
  const { values } = parseArgs({
    args: [...argv],
    allowNegative: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      cimd: { type: 'boolean', default: true },
      app: { type: 'string' },
      redirect: { type: 'string', multiple: true, default: [] },
      type: { type: 'string' },
      scopes: { type: 'string', default: '' },
      role: { type: 'string', default: 'MCP user' },
    },
  });
  const { app: name, redirect, type } = values;
  if (name === undefined && (redirect.length > 0 || type !== undefined)) {
    throw new Error('--redirect and --type belong to an app: name it with --app');
  }
  if (name !== undefined && redirect.length === 0) throw new Error('--app needs at least one --redirect');
  const wrong = redirect.find((uri) => !URL.canParse(uri));
  if (wrong !== undefined) throw new Error(`--redirect must be a URL, not ${wrong}`);
  return {
    dryRun: values['dry-run'],
    json: values.json,
    help: values.help,
    cimd: values.cimd,
    role: values.role,
    scopes: values.scopes.split(/[\s,]+/).filter((scope) => scope !== ''),
    ...(name !== undefined && { app: { name, type: typeOf(type, redirect), redirectUris: redirect } }),
  };
}

function typeOf(type: string | undefined, redirectUris: readonly string[]): AppType {
  if (type === undefined) return redirectUris.every(isLocal) ? 'Native' : 'Traditional';
  const known = Object.entries(TYPES).find(([name]) => name === type.toLowerCase());
  if (known === undefined) throw new Error(`--type must be one of ${Object.keys(TYPES).join(', ')}`);
  return known[1];
}

/** Back to the user's own machine: a loopback address on any port (RFC 8252 §7.3), or an app's own scheme. */
function isLocal(uri: string): boolean {
  const { protocol, hostname } = new URL(uri);
  return !/^https?:$/.test(protocol) || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
