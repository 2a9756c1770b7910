import { parseArgs } from 'node:util';
import { type EraChoice, ERAS } from './era.js';

export const usage = `npm run agent -- [options]

  --url        MCP endpoint            (http://localhost:3000/mcp)
  --client-id  app id in Logto         (smartmail-ai)
  --era        auto, ${ERAS.join(', ')}  (auto)
  --scope      scopes to ask for       (those that the server names)
  --no-open    print the sign-in page's address, open no browser
`;

export interface AgentArguments {
  readonly url: URL;
  readonly clientId: string;
  readonly era: EraChoice;
  readonly scope?: string;
  readonly open: boolean;
}

/** @throws {Error} in words for the user */
export function readArguments(argv: readonly string[]): AgentArguments {
  const { values } = parseArgs({
    args: [...argv],
    allowNegative: true,
    options: {
      url: { type: 'string', default: 'http://localhost:3000/mcp' },
      'client-id': { type: 'string', default: 'smartmail-ai' },
      era: { type: 'string', default: 'auto' },
      scope: { type: 'string' },
      open: { type: 'boolean', default: true },
    },
  });
  const era = [...ERAS, 'auto' as const].find((known) => known === values.era);
  if (era === undefined) throw new Error(`--era must be auto or one of ${ERAS.join(', ')}`);
  if (!URL.canParse(values.url)) throw new Error(`--url must be a URL, not ${values.url}`);
  return {
    url: new URL(values.url),
    clientId: values['client-id'],
    era,
    ...(values.scope !== undefined && { scope: values.scope }),
    open: values.open,
  };
}
