import { parseArgs } from 'node:util';
import { type Language, LANGUAGES } from './words/frame.js';

export const usage = `npm run doctor -- [options]

Walks the way of a client, from the first 401 to the token, and says what is wrong on it. Changes nothing.
Without --url it examines the server of this configuration, from outside and from inside.

  --url <url>       examine this MCP endpoint from outside, without its configuration
  --client <id>     App ID in whose name Logto is asked, with
  --redirect <uri>  one of its redirect URIs
  --origin <origin> a web page that is meant to get in; may be repeated (those of ALLOWED_ORIGINS)
  --token -         read an access token from stdin and say why it is refused
  --lang en|zh      (from LANG)
  --json            one JSON document instead of words
  --help

Exit codes: 0 healthy, 1 problems, 2 it could not run.
`;

export interface DoctorArguments {
  readonly url?: string;
  readonly client?: { readonly id: string; readonly redirectUri: string };
  readonly origins?: readonly string[];
  readonly token: boolean;
  readonly language: Language;
  readonly json: boolean;
  readonly help: boolean;
}

/**
 * @param locale such as `zh_CN.UTF-8`
 * @throws {Error} in words for the user
 */
export function readArguments(argv: readonly string[], locale = ''): DoctorArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      url: { type: 'string' },
      client: { type: 'string' },
      redirect: { type: 'string' },
      origin: { type: 'string', multiple: true },
      token: { type: 'string' },
      lang: { type: 'string', default: locale.toLowerCase().startsWith('zh') ? 'zh' : 'en' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { url, client, redirect, origin, token, lang, json, help } = values;
  if (url !== undefined && !/^https?:/.test(url)) throw new Error(`--url must be an http(s) URL, not ${url}`);
  if (url !== undefined && !URL.canParse(url)) throw new Error(`--url must be a URL, not ${url}`);
  if ((client === undefined) !== (redirect === undefined)) {
    throw new Error('--client and --redirect belong together');
  }
  // On the command line everybody on the machine could read it, and the shell would remember it.
  if (token !== undefined && token !== '-') throw new Error('--token takes only -: pass the token on stdin');
  const language = LANGUAGES.find((known) => known === lang);
  if (language === undefined) throw new Error(`--lang must be one of ${LANGUAGES.join(', ')}`);
  return {
    ...(url !== undefined && { url }),
    ...(client !== undefined && redirect !== undefined && { client: { id: client, redirectUri: redirect } }),
    ...(origin && { origins: origin }),
    token: token !== undefined,
    language,
    json,
    help,
  };
}
