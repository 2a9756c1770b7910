import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkClient, type ClientResult } from './client.check.js';
import { CLIENTS, type ListedClient, type Outcome } from './client.list.js';
import { install } from './installation.js';
import { tableOf, withTable } from './results.table.js';

const DOCUMENT = fileURLToPath(new URL('../../../../docs/clients.md', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: { write: { type: 'boolean', default: false }, offline: { type: 'boolean', default: true } },
});
const unknown = positionals.filter((name) => !CLIENTS.some(({ folder }) => folder === name));
if (unknown.length > 0 || (values.write && (positionals.length > 0 || !values.offline))) {
  process.stderr.write(
    `npm run clients -- [--write] [--no-offline] [${CLIENTS.map(({ folder }) => folder).join('] [')}]\n` +
      '--write puts the table into docs/clients.md: all clients, whole.\n' +
      '--no-offline leaves out the second sign-in, where the server asks clients for offline_access.\n',
  );
  process.exit(2);
}

const started = Date.now();
const results: ClientResult[] = [];
for (const client of CLIENTS.filter(
  ({ folder }) => positionals.length === 0 || positionals.includes(folder),
)) {
  const progress = (line: string) => {
    const seconds = Math.round((Date.now() - started) / 1000);
    process.stdout.write(`${String(seconds).padStart(4)} s  ${client.folder}  ${line}\n`);
  };
  install(client, progress);
  results.push(await checkClient(client, { progress, offline: values.offline }));
}

process.stdout.write(`\n${tableOf(results)}\n`);
if (values.write) writeFileSync(DOCUMENT, withTable(readFileSync(DOCUMENT, 'utf8'), results));

const surprises = results.filter((result) => !isExpected(result.client, result));
for (const { client, faults } of surprises) {
  process.stdout.write(
    `\n${client.name} did not do what test/clients/client.list.ts expects\n${faults.join('\n')}\n`,
  );
}
process.stdout.write(
  `\n${results.length - surprises.length} of ${results.length} clients did what is expected\n`,
);
process.exit(surprises.length === 0 ? 0 : 1);

function isExpected({ noRegistration, known }: ListedClient, result: ClientResult): boolean {
  const isFine = (outcome: Outcome | undefined, tolerated: Outcome | undefined): boolean =>
    (outcome !== 'fails' && outcome !== 'hangs') || outcome === tolerated;
  return (
    (noRegistration !== undefined || result.registers) &&
    result.signsIn &&
    result.lists &&
    result.calls &&
    isFine(result.expiry, known?.expiry) &&
    isFine(result.offlineExpiry, known?.offlineExpiry) &&
    isFine(result.restart, known?.restart)
  );
}
