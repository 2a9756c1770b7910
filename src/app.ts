import { ConsoleLogger, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import type { CorsOptionsDelegate } from '@nestjs/common/interfaces/external/cors-options.interface.js';
import type { Request } from 'express';
import type { Config } from './config/index.js';

/** Levels from the least severe up; a level lets through itself and everything after it. */
const LEVELS = ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'] as const;

/** The application, ready to listen. `root` is for those who wrap it in a module of their own. */
export async function createApp(
  config: Config,
  root: DynamicModule = AppModule.forRoot(config),
): Promise<NestExpressApplication> {
  const { http } = config;
  const app = await NestFactory.create<NestExpressApplication>(root, {
    // Bodies are read by the MCP routes alone, and only after the caller is known.
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: true,
    logger: loggerOf(config),
  });
  app.disable('x-powered-by');
  app.set('etag', false);
  app.enableCors(corsFor([http.publicUrl, ...http.allowedOrigins]));
  app.enableShutdownHooks();
  return app;
}

/** One event, one line, also on a terminal. */
export const loggerOf = ({ environment, log }: Config): ConsoleLogger =>
  new ConsoleLogger({
    compact: true,
    breakLength: Number.POSITIVE_INFINITY,
    json: environment === 'production',
    logLevels: LEVELS.slice(LEVELS.findIndex((level) => level === log.level)),
  });

/** Metadata is for everybody; the endpoints are for the origins the operator names. */
const corsFor =
  (origins: readonly string[]): CorsOptionsDelegate<Request> =>
  (req, callback) =>
    callback(null, {
      origin: req.path.startsWith('/.well-known/') ? '*' : [...origins],
      methods: ['GET', 'POST', 'DELETE'],
      exposedHeaders: ['Mcp-Session-Id', 'MCP-Protocol-Version', 'WWW-Authenticate', 'Retry-After'],
    });
