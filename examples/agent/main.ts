import { runAgent } from './agent.js';
import { readArguments, usage } from './agent.arguments.js';
import { openBrowser } from './browser.js';

try {
  const { open, ...options } = readArguments(process.argv.slice(2));
  console.log(`SmartMail AI calls whoami at ${options.url.href}`);
  const answer = await runAgent({
    ...options,
    openSignIn: (page) => {
      console.log(`\nSign in here:\n${page.href}\n`);
      if (open) openBrowser(page);
    },
  });
  console.log(`MCP ${answer.protocolVersion ?? options.era}. Tools: ${answer.tools.join(', ')}`);
  console.log(JSON.stringify(answer.whoami, null, 2));
} catch (error) {
  console.error(describe(error));
  process.exitCode = 1;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // parseArgs and fetch say what is wrong in the code or in the cause.
  if ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    return `${error.message}\n\n${usage}`;
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
