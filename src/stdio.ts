import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { TokenVerifier } from './auth/index.js';
import { ConfigError, readConfig } from './config/index.js';
import { StdioTransport } from './mcp/index.js';
import { EventLogger } from './observability/index.js';
import { claimStdout, localIdentity, untilRefused } from './stdio/index.js';

// Before anything can log: what else is written to stdout would reach the client as a broken message.
const stdout = claimStdout();

try {
  const config = readConfig();
  // The whole application without a listener of its own: no route, no guard, no port.
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(config), {
    abortOnError: false,
    logger: new EventLogger(config),
  });
  app.enableShutdownHooks();
  const verifier = app.get(TokenVerifier);
  const { token, auth } = await localIdentity(config, verifier);
  const client = app.get(StdioTransport).serve(auth, { stdin: process.stdin, stdout });
  const refusal = await Promise.race([client.ended, untilRefused(verifier, token)]);
  await client.close();
  await app.close();
  if (refusal !== undefined) throw new Error(`The access token is no longer accepted: ${refusal.message}`);
  process.exit(0);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof ConfigError ? '' : 'stdio: '}${message}\n`);
  process.exit(1);
}
