import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { resourceUrlsOf } from './app.resources.js';
import { type Config, loadEnvFile, readConfig } from './config/index.js';
import { ManagementToken, TenantClient } from './logto/index.js';
import { Catalog } from './mcp/index.js';
import {
  desiredTenant,
  readArguments,
  reasonOf,
  setUp,
  type SetupArguments,
  SetupError,
  usage,
  wordsOf,
} from './setup/index.js';

const print = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    print(usage);
    process.exit(0);
  }
  loadEnvFile();
  const config = readConfig();
  if (config.devTenant)
    throw new SetupError('LOGTO_ENDPOINT is missing: the embedded tenant needs no setup.');
  if (!config.logto.management) {
    throw new SetupError('LOGTO_MANAGEMENT_CLIENT_ID and LOGTO_MANAGEMENT_CLIENT_SECRET are missing.');
  }
  const report = await run(config, args);
  if (args.json) print(JSON.stringify(report, null, 2));
  else {
    print(`Tenant ${config.logto.endpoint}`);
    for (const line of wordsOf(report)) print(line);
  }
  process.exit(report.ok ? 0 : 1);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${reasonOf(error) ?? message}\n`);
  process.exit(2);
}

/** The whole application without a listener: it knows which scopes its tools want. */
async function run(config: Config, args: SetupArguments) {
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(config), {
    abortOnError: false,
    logger: false,
  });
  try {
    const { lists } = app.get(Catalog);
    const declared = Object.values(lists).flatMap((list) => list.all().flatMap(({ scopes }) => scopes));
    const client = new TenantClient(config, app.get(ManagementToken, { strict: false }));
    const desired = desiredTenant(config, args, resourceUrlsOf(config), declared);
    return await setUp(client, desired, { dryRun: args.dryRun });
  } finally {
    await app.close();
  }
}
