import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Config, readConfig } from '../../config/index.js';

/** One request as the double received it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly form: URLSearchParams;
}

export type Answer = (request: SeenRequest, response: ServerResponse) => void;

/** Answers a test gives a Logto to play. */
export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };

export const html =
  (status = 200): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>Sign in to the network</title>');
  };

export const hang: Answer = () => undefined;

export const redirect =
  (location: string): Answer =>
  (_request, response) => {
    response.writeHead(302, { location }).end();
  };

/** A byte now and then, for ever: each read is quick, the whole is not. */
export const drip: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

/** Sends up to 400 MB and tells how much of it went out. */
export function flood(): { readonly answer: Answer; readonly sent: () => number } {
  let sent = 0;
  const chunk = Buffer.alloc(64 * 1024, 0x20);
  const pump = (response: ServerResponse): void => {
    while (sent < 400 * 1024 * 1024 && !response.destroyed) {
      sent += chunk.byteLength;
      if (!response.write(chunk)) return void response.once('drain', () => pump(response));
    }
    response.end();
  };
  const answer: Answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    pump(response);
  };
  return { answer, sent: () => sent };
}

/** 50 MB that travel as 50 kB. */
export function gzipBomb(): Answer {
  // Made beforehand: compressing takes longer than the calls under test may.
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, 0x20));
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(bomb);
  };
}

/** A small server in the place of a Logto. It knows nothing of the code under test. */
export class LogtoDouble {
  readonly seen: SeenRequest[] = [];
  private readonly answers = new Map<string, Answer>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(port = 0): Promise<LogtoDouble> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    // A listening TCP server has an AddressInfo.
    const double = new LogtoDouble(server, (server.address() as AddressInfo).port);
    server.on('request', (request, response) => void double.handle(request, response));
    return double;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** From now on this path is answered so. */
  on(path: string, answer: Answer): this {
    this.answers.set(path, answer);
    return this;
  }

  /** Serves a discovery document, by default a healthy one whose endpoints are named after this server. */
  discovery(changes: Readonly<Record<string, unknown>> = {}): this {
    return this.on(DISCOVERY, json(200, discoveryDocument(this.origin, changes)));
  }

  hits(path: string): number {
    return this.seen.filter((request) => request.path === path).length;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const seen: SeenRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      form: new URLSearchParams(Buffer.concat(chunks).toString()),
    };
    this.seen.push(seen);
    (this.answers.get(seen.path) ?? json(404, { code: 'entity.not_found' }))(seen, response);
  }
}

export const DISCOVERY = '/oidc/.well-known/openid-configuration';

export const discoveryDocument = (
  origin: string,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  issuer: `${origin}/oidc`,
  authorization_endpoint: `${origin}/oidc/auth`,
  token_endpoint: `${origin}/oidc/token`,
  jwks_uri: `${origin}/oidc/jwks`,
  userinfo_endpoint: `${origin}/oidc/me`,
  introspection_endpoint: `${origin}/oidc/token/introspection`,
  end_session_endpoint: `${origin}/oidc/session/end`,
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
  ...changes,
});

/** A configuration for a test. `refreshSeconds` may be shorter than an operator could choose. */
export function configFor(
  endpoint: string,
  options: {
    readonly internalEndpoint?: string;
    readonly timeoutMs?: number;
    readonly refreshSeconds?: number;
    readonly management?: boolean;
  } = {},
): Config {
  const config = readConfig({
    NODE_ENV: 'test',
    LOGTO_ENDPOINT: endpoint,
    LOGTO_INTERNAL_ENDPOINT: options.internalEndpoint,
    LOGTO_TIMEOUT_MS: String(options.timeoutMs ?? 2000),
    ...(options.management === true && {
      LOGTO_MANAGEMENT_CLIENT_ID: 'm2m',
      LOGTO_MANAGEMENT_CLIENT_SECRET: 'sec:ret/+ %',
    }),
  });
  const { refreshSeconds = config.logto.refreshSeconds } = options;
  return Object.assign({}, config, { logto: { ...config.logto, refreshSeconds } });
}
