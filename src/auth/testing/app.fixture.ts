import { type IncomingHttpHeaders, request as send } from 'node:http';
import { Controller, Get, HttpCode, type LoggerService, Module, Post, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request, Response } from 'express';
import { MCPAuthBearerAuthError, MCPAuthTokenVerificationError } from 'mcp-auth';
import { ConfigModule, type Environment } from '../../config/index.js';
import { VerificationBusyError } from '../auth.errors.js';
import { AuthModule } from '../auth.module.js';
import { Public } from '../bearer/public.decorator.js';
import { configFor, RESOURCES } from './config.fixture.js';
import type { LogtoFixture } from './logto.fixture.js';

@Controller()
class ProbeController {
  @Get(['/mcp', '/mcp/sse', '/unlisted'])
  who(@Req() request: Request) {
    return request.auth;
  }

  @Post(['/mcp', '/mcp/messages'])
  @HttpCode(200)
  message(@Req() request: Request) {
    return request.auth;
  }

  @Public()
  @Get('/open')
  open(@Req() request: Request) {
    return { auth: request.auth ?? null };
  }

  @Get('/mcp/step-up')
  stepUp() {
    throw new MCPAuthBearerAuthError('missing_required_scopes', {
      missingScopes: ['mail:read', 'mail:send'],
    });
  }

  @Get('/mcp/busy')
  busy() {
    throw new VerificationBusyError();
  }

  @Get('/mcp/foreign')
  foreign() {
    throw new MCPAuthTokenVerificationError('token_verification_failed', 'a detail for the log');
  }

  @Get('/mcp/begun')
  begun(@Res() response: Response) {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': begun\n\n');
    throw new MCPAuthBearerAuthError('missing_required_scopes', { missingScopes: ['mail:read'] });
  }
}

/** Keeps every line that the application logs. */
export class LogKeeper implements LoggerService {
  readonly lines: string[] = [];
  readonly log = (...line: unknown[]) => this.keep('log', line);
  readonly warn = (...line: unknown[]) => this.keep('warn', line);
  readonly error = (...line: unknown[]) => this.keep('error', line);
  readonly debug = (...line: unknown[]) => this.keep('debug', line);
  readonly verbose = (...line: unknown[]) => this.keep('verbose', line);

  private keep(level: string, line: unknown[]): void {
    this.lines.push(`${level} ${JSON.stringify(line)}`);
  }
}

export interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed text, if it is JSON. */
  readonly body: unknown;
}

/** A small application with this room alone in it, listening on a port of its own. */
export interface AppFixture {
  readonly log: LogKeeper;
  call(call?: Call): Promise<Answer>;
  stop(): Promise<void>;
}

export async function startApp(
  logto: LogtoFixture,
  environment: Environment = {},
  options: { readonly bodyParser?: boolean } = {},
): Promise<AppFixture> {
  @Module({
    imports: [
      ConfigModule.forRoot(configFor(logto, environment)),
      AuthModule.forRoot({ resources: RESOURCES }),
    ],
    controllers: [ProbeController],
  })
  class ProbeModule {}

  const log = new LogKeeper();
  const app = await NestFactory.create<NestExpressApplication>(ProbeModule, {
    bodyParser: options.bodyParser ?? false,
    logger: log,
    forceCloseConnections: true,
  });
  await app.listen(0, '127.0.0.1');
  const origin = await app.getUrl();
  return { log, call: (call) => answerTo(origin, call ?? {}), stop: () => app.close() };
}

function answerTo(origin: string, { method, path, token, headers, body }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const all = { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const request = send(
      `${origin}${path ?? '/mcp'}`,
      { method: method ?? 'GET', headers: all },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('error', reject).on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) });
        });
      },
    );
    request.on('error', reject).end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not every answer is JSON; the test looks at the text then.
    return undefined;
  }
}
