import type { ClientResult } from './client.check.js';
import type { ListedClient } from './client.list.js';

const BEGIN = '<!-- Written by: npm run clients -- --write -->';
const END = '<!-- End of what npm run clients writes -->';
const HEAD = [
  'client',
  'transport',
  'registers',
  'signs in',
  'lists',
  'calls',
  'token expires',
  'the same, with `offline_access`',
  'server restarts',
];

const yesOrNo = (good: boolean): string => (good ? 'yes' : '**no**');

/** The table of docs/clients.md, as prettier would lay it out. */
export function tableOf(results: readonly ClientResult[]): string {
  const rows = [HEAD, HEAD.map(() => '-'), ...results.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0, cell === '-' ? '-' : ' ')).join(' | ')} |`,
    )
    .join('\n');
}

function cells({ client, ...result }: ClientResult): string[] {
  return [
    client.name,
    client.transport,
    client.noRegistration === undefined ? yesOrNo(result.registers) : 'cannot',
    yesOrNo(result.signsIn),
    yesOrNo(result.lists),
    yesOrNo(result.calls),
    result.expiry,
    result.offlineExpiry ?? '',
    result.restart,
  ];
}

/** Why some cells are as they are: what a client cannot do, and its own faults. */
export const notesOf = (clients: readonly ListedClient[]): string =>
  clients
    .flatMap(({ name, noRegistration, env, known }) => [
      ...(noRegistration === undefined ? [] : [`- ${name} cannot register: ${noRegistration}.`]),
      ...(env === undefined
        ? []
        : [
            `- ${name} needs ${Object.entries(env)
              .map(([key, value]) => `\`${key}=${value}\``)
              .join(', ')}.`,
          ]),
      ...(known === undefined ? [] : [`- ${name}: ${known.why}.`]),
    ])
    .join('\n');

/** The document with another table in the place of its own. */
export function withTable(document: string, results: readonly ClientResult[]): string {
  const [before, rest] = split(document, BEGIN);
  const [, after] = split(rest, END);
  const notes = notesOf(results.map(({ client }) => client));
  return `${before}${BEGIN}\n\n${tableOf(results)}\n\n${notes}\n\n${END}${after}`;
}

/** The names in the first column of the table, in order. */
export function rowsOf(document: string): string[] {
  const [, rest] = split(document, BEGIN);
  const [table] = split(rest, END);
  return [...table.matchAll(/^\| ([^|]+?) +\|/gm)].map(([, name]) => name ?? '').slice(2);
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at === -1) throw new Error(`docs/clients.md does not contain ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
