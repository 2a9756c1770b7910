/** One request of the agent and what came back, without any secret. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** `WWW-Authenticate` of the answer. */
  readonly challenge: string | undefined;
  /** A metadata document (RFC 9728, RFC 8414), when that is what was asked for. */
  readonly document: Readonly<Record<string, unknown>>;
  /** What kind of token a token request brought. */
  readonly token: TokenFacts | undefined;
}

export interface TokenFacts {
  readonly kind: 'jwt' | 'opaque';
  readonly audience: unknown;
}

/** A `fetch` that remembers. It never keeps a token, a code or a body of MCP. */
export class WireRecorder {
  readonly exchanges: Exchange[] = [];

  readonly fetch = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const response = await fetch(url, init);
    const { pathname } = new URL(url);
    const isDocument = response.ok && pathname.includes('/.well-known/');
    const isToken = response.ok && pathname === '/oidc/token';
    const body = isDocument || isToken ? record(await response.clone().json()) : {};
    this.exchanges.push({
      method: init?.method ?? 'GET',
      url: String(url),
      status: response.status,
      challenge: response.headers.get('www-authenticate') ?? undefined,
      document: isDocument ? body : {},
      token: isToken ? tokenFacts(body['access_token']) : undefined,
    });
    return response;
  };
}

/** Only for the narration: to a client every access token is an opaque string (RFC 6749 §1.4). */
function tokenFacts(token: unknown): TokenFacts {
  const payload = typeof token === 'string' ? token.split('.')[1] : undefined;
  if (payload === undefined) return { kind: 'opaque', audience: undefined };
  const claims = record(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  return { kind: 'jwt', audience: claims['aud'] };
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
