import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import type { CorsOptionsDelegate } from '@nestjs/common/interfaces/external/cors-options.interface.js';
import type { Request } from 'express';
import type { Config } from './config/index.js';
import { EdgeAdapter, isOpenDocument, originsOf } from './edge/index.js';
import { EventLogger } from './observability/index.js';

/** The application, ready to listen. `root` is for those who wrap it in a module of their own. */
export async function createApp(
  config: Config,
  root: DynamicModule = AppModule.forRoot(config),
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(root, new EdgeAdapter(config.http), {
    // Bodies are read by the MCP routes alone, and only after the caller is known.
    bodyParser: false,
    abortOnError: false,
    logger: new EventLogger(config),
  });
  app.enableCors(corsFor(originsOf(config.http)));
  return app;
}

/** What our clients send; the header parameters of 2026-07-28 are named by the tools. */
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'Accept',
  'Mcp-Session-Id',
  'MCP-Protocol-Version',
  'Mcp-Method',
  'Mcp-Name',
  'Last-Event-ID',
  'Traceparent',
  'Tracestate',
];

/** Metadata is for everybody; the endpoints are for the origins the operator names. */
const corsFor =
  (origins: readonly string[]): CorsOptionsDelegate<Request> =>
  (req, callback) => {
    // No browser that asks across origins: nothing to answer it, unless somebody keeps the document for one.
    if (req.headers.origin === undefined && req.method !== 'OPTIONS' && !isOpenDocument(req.path)) {
      return callback(null, { origin: false });
    }
    callback(null, {
      origin: isOpenDocument(req.path) ? '*' : [...origins],
      methods: ['GET', 'POST', 'DELETE'],
      allowedHeaders: [...REQUEST_HEADERS, ...headerParametersOf(req)],
      exposedHeaders: [
        'Mcp-Session-Id',
        'MCP-Protocol-Version',
        'WWW-Authenticate',
        'Retry-After',
        'RateLimit',
        'RateLimit-Policy',
      ],
    });
  };

const headerParametersOf = (req: Request): string[] =>
  (req.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^mcp-param-[\w-]{1,64}$/i.test(name))
    .slice(0, 32);
