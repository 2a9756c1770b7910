import { runAgent } from './agent.js';
import { readArguments, usage } from './agent.arguments.js';
import { openBrowser } from './browser.js';
import { said } from './failure.js';

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
  console.error(said(error));
  // parseArgs knows what is wrong, not what would be right.
  if (error instanceof TypeError && 'code' in error) console.error(`\n${usage}`);
  process.exitCode = 1;
}
