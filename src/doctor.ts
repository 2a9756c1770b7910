import { resourceUrlsOf } from './app.resources.js';
import { loadEnvFile, readConfig, readLocale } from './config/index.js';
import {
  documentOf,
  type DoctorArguments,
  examineOwn,
  examineUrl,
  pageOf,
  readArguments,
  readToken,
  terminalOf,
  usage,
} from './doctor/index.js';

const print = (line: string) => void process.stdout.write(`${line}\n`);
const { locale, noColor } = readLocale();

try {
  const args = readArguments(process.argv.slice(2), locale);
  if (args.help) {
    print(usage);
    process.exit(0);
  }
  const diagnosis = await examine(args);
  if (args.json) print(JSON.stringify(documentOf(diagnosis, args.language), null, 2));
  else for (const line of pageOf(diagnosis, args.language, terminalOf(process.stdout, noColor))) print(line);
  process.exit(diagnosis.healthy ? 0 : 1);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}

async function examine(args: DoctorArguments) {
  const token = args.token ? await readToken(process.stdin) : undefined;
  if (args.url !== undefined) return examineUrl(args.url, args, token);
  loadEnvFile();
  const config = readConfig();
  return examineOwn(config, resourceUrlsOf(config), args, token);
}
