import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accessToken, seconds, type SigningKey, signingKey, type TokenChanges } from './signing.fixture.js';

/** An opaque token that the tenant knows. */
export interface OpaqueToken {
  readonly sub: string;
  readonly clientId: string;
  readonly scope: string;
  readonly exp: number;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** How the tenant behaves at the moment. */
export type Mood = 'well' | 'dead' | 'failing' | 'html' | 'slow' | 'limiting';

const UNKNOWN = {
  code: 'oidc.invalid_token',
  error: 'invalid_token',
  error_description: 'invalid token provided',
};

/** A small real server with the endpoints and the answers of a Logto tenant that token verification meets. */
export class LogtoFixture {
  readonly opaque = new Map<string, OpaqueToken>();
  /** Answers of the Management API by path, e.g. `/api/users/alice`. */
  readonly management = new Map<string, unknown>();
  readonly calls = { discovery: 0, jwks: 0, userinfo: 0, introspection: 0 };
  /** Every Authorization header and form that came in, to see what leaves the process. */
  readonly seen: string[] = [];
  mood: Mood = 'well';
  keys: SigningKey[];

  private constructor(
    private readonly server: Server,
    readonly key: SigningKey,
  ) {
    this.keys = [key];
  }

  static async start(): Promise<LogtoFixture> {
    const server = createServer();
    const logto = new LogtoFixture(server, await signingKey('key-1'));
    server.on('request', (request, response) => void logto.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return logto;
  }

  get endpoint(): string {
    // A string only for servers on a pipe.
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get issuer(): string {
    return `${this.endpoint}/oidc`;
  }

  jwt(aud: string, changes: TokenChanges = {}): Promise<string> {
    return accessToken(this.key, this.issuer, aud, changes);
  }

  grant(token: string, changes: Partial<OpaqueToken> = {}): string {
    const user = { sub: 'alice', clientId: 'agent', scope: 'openid profile email', exp: seconds() + 600 };
    const claims = { sub: changes.sub ?? 'alice', name: null, email: 'alice@example.com' };
    this.opaque.set(token, { ...user, claims, ...changes });
    return token;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const authorization = request.headers.authorization ?? '';
    this.seen.push(authorization);
    if (this.mood === 'dead') return void request.socket.destroy();
    if (this.mood === 'slow') return;
    if (this.mood === 'failing') return send(response, 500, { error: 'server_error' });
    if (this.mood === 'limiting') return send(response, 429, { error: 'slow_down' });
    if (this.mood === 'html')
      return void response.setHeader('content-type', 'text/html').end('<h1>Hello</h1>');
    switch (request.url) {
      case '/oidc/.well-known/openid-configuration':
        this.calls.discovery += 1;
        return send(response, 200, this.document());
      case '/oidc/jwks':
        this.calls.jwks += 1;
        return send(response, 200, { keys: this.keys.map(({ publicJwk }) => publicJwk) });
      case '/oidc/me':
        this.calls.userinfo += 1;
        return this.me(authorization.replace(/^Bearer /, ''), response);
      case '/oidc/token/introspection':
        this.calls.introspection += 1;
        return this.introspect(await bodyOf(request), response);
      case '/oidc/token':
        return send(response, 200, { access_token: 'machine-token', expires_in: 3600, token_type: 'Bearer' });
      default:
        return this.manage(request.url ?? '', response);
    }
  }

  private me(token: string, response: ServerResponse): void {
    const known = this.opaque.get(token);
    if (known === undefined) return send(response, 401, UNKNOWN);
    if (known.scope.split(' ').includes('openid')) return send(response, 200, known.claims);
    return send(response, 403, { error: 'insufficient_scope', scope: 'openid' });
  }

  private introspect(form: string, response: ServerResponse): void {
    this.seen.push(form);
    const known = this.opaque.get(new URLSearchParams(form).get('token') ?? '');
    if (known === undefined) return send(response, 200, { active: false });
    const { sub, clientId, scope, exp } = known;
    return send(response, 200, { active: true, sub, client_id: clientId, scope, exp, iss: this.issuer });
  }

  private manage(path: string, response: ServerResponse): void {
    const known = this.management.get(path);
    return known === undefined ? send(response, 404, { code: 'not_found' }) : send(response, 200, known);
  }

  private document(): Record<string, unknown> {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/auth`,
      token_endpoint: `${this.issuer}/token`,
      userinfo_endpoint: `${this.issuer}/me`,
      jwks_uri: `${this.issuer}/jwks`,
      introspection_endpoint: `${this.issuer}/token/introspection`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    };
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
