import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { DEV_APPLICATIONS, DEV_USERS } from './dev.seeds.js';
import { type ScriptedUser, signIn, type SignInOutcome } from './scripted.user.js';

/** What an app asks for. Everything absent is what a well-behaved third-party agent would send. */
export interface AppRequest {
  readonly clientId?: string;
  readonly redirectUri?: string;
  readonly scope?: string;
  /** RFC 8707, in the authorization request. */
  readonly resource?: string;
  /** RFC 8707, in the token request; the same as `resource` when absent, none when null. */
  readonly tokenResource?: string | null;
  readonly prompt?: string;
  readonly user?: Partial<ScriptedUser>;
}

export interface Authorization extends SignInOutcome {
  readonly request: AppRequest;
  readonly verifier: string;
  /** The parameters of the final redirect. */
  readonly answer: URLSearchParams;
}

const tokenResponse = z.object({
  access_token: z.string(),
  expires_in: z.number(),
  scope: z.string(),
  token_type: z.literal('Bearer'),
  id_token: z.string().optional(),
  refresh_token: z.string().optional(),
});

export type TokenResponse = z.output<typeof tokenResponse>;

const clientId = DEV_APPLICATIONS[0]?.id ?? '';
const redirectUri = 'http://127.0.0.1:49152/callback';
const person: ScriptedUser = {
  username: DEV_USERS[0]?.username ?? '',
  password: DEV_USERS[0]?.password ?? '',
  decision: 'authorize',
};

const present = (parameters: Readonly<Record<string, string | null | undefined>>) =>
  new URLSearchParams(
    Object.entries(parameters).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );

/** An authorization request with PKCE (RFC 7636). */
export function authorizationUrl(issuer: string, request: AppRequest, verifier: string): string {
  const query = present({
    client_id: request.clientId ?? clientId,
    redirect_uri: request.redirectUri ?? redirectUri,
    response_type: 'code',
    scope: request.scope ?? 'openid profile email',
    resource: request.resource,
    prompt: request.prompt,
    state: 'a-state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  return `${issuer}/auth?${query.toString()}`;
}

/** Sends a person through the tenant's pages and keeps what the app needs to go on. */
export async function authorize(issuer: string, request: AppRequest = {}): Promise<Authorization> {
  const verifier = randomBytes(32).toString('base64url');
  const outcome = await signIn(authorizationUrl(issuer, request, verifier), { ...person, ...request.user });
  return { ...outcome, request, verifier, answer: new URL(outcome.redirect).searchParams };
}

/** The token request for a code; the answer as it comes. */
export async function redeem(
  issuer: string,
  { request, verifier, answer }: Authorization,
): Promise<Response> {
  return postForm(`${issuer}/token`, {
    grant_type: 'authorization_code',
    client_id: request.clientId ?? clientId,
    code: answer.get('code'),
    redirect_uri: request.redirectUri ?? redirectUri,
    code_verifier: verifier,
    resource: request.tokenResource === undefined ? request.resource : request.tokenResource,
  });
}

/** Signs a person in through an app and returns its tokens. */
export async function obtainTokens(issuer: string, request: AppRequest = {}): Promise<TokenResponse> {
  const response = await redeem(issuer, await authorize(issuer, request));
  return tokenResponse.parse(await response.json());
}

export async function postForm(
  url: string,
  form: Readonly<Record<string, string | null | undefined>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body: present(form), signal: AbortSignal.timeout(10_000) });
}
