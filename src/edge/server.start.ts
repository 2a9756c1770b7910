import { setFlagsFromString } from 'node:v8';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type Config, ConfigError, readConfig } from '../config/index.js';
import { Drain } from './drain.js';
import { listen, ListenError, stopListening } from './listen.js';
import { ProcessSupervisor } from './process.supervisor.js';

// V8 puts objects that have lived long so far among the old ones from their birth. Here those that live long are of the
// start; of a call, such an object keeps all that it points to alive until the next full collection.
setFlagsFromString('--no-allocation-site-pretenuring');

/** The whole life of a server process, from its environment to its exit code. */
export async function startServer(
  create: (config: Config) => Promise<NestExpressApplication>,
): Promise<void> {
  try {
    const config = readConfig();
    await serve(await create(config), config);
  } catch (error) {
    const isForOperator = error instanceof ConfigError || error instanceof ListenError;
    process.stderr.write(`${isForOperator ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

async function serve(app: NestExpressApplication, { http }: Config): Promise<void> {
  await app.init();
  const server = app.getHttpServer();
  const supervisor = new ProcessSupervisor({
    drain: app.get(Drain),
    times: { delayMs: http.drainDelaySeconds * 1000, timeoutMs: http.drainTimeoutSeconds * 1000 },
    stopListening: () => stopListening(server),
    close: () => app.close(),
  });
  supervisor.watch();
  await listen(server, http.port, http.host);
  process.stdout.write(`MCP endpoint: ${http.publicUrl}/mcp\n`);
}
