import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../../config/index.js';
import { LogtoDiscovery } from '../discovery/logto.discovery.js';
import { type BoundedAnswer, boundedFetch } from '../http/bounded.fetch.js';
import { isB64Token, oauthErrorOf } from '../http/oauth.form.js';
import { LogtoUnavailableError, TokenRejectedError } from '../logto.errors.js';

const MAX_BYTES = 64 * 1024;

const subjectSchema = z.looseObject({ sub: z.string().min(1).max(255) });

/**
 * What Logto answers: a person without a name or an address has `null` there, and times are milliseconds, against
 * OpenID Connect Core §5.1. Which claims come at all depends on what the person granted.
 */
const claimsSchema = subjectSchema.extend({
  name: z.string().nullish(),
  username: z.string().nullish(),
  picture: z.string().nullish(),
  email: z.string().nullish(),
  email_verified: z.boolean().nullish(),
  phone_number: z.string().nullish(),
  phone_number_verified: z.boolean().nullish(),
  created_at: z.number().nullish(),
  updated_at: z.number().nullish(),
});

/** The claims of OpenID Connect Core §5.3.2, as Logto sends them. Extra ones are kept. */
export type UserinfoClaims = Readonly<z.output<typeof claimsSchema>>;

/** Asks who an opaque token belongs to. */
@Injectable()
export class UserinfoClient {
  constructor(
    private readonly config: Config,
    private readonly discovery: LogtoDiscovery,
  ) {}

  /**
   * @throws {TokenRejectedError} when Logto says the token is not acceptable, or it could never be one
   * @throws {LogtoUnavailableError} when Logto did not say anything about the token
   */
  async fetch(token: string): Promise<UserinfoClaims> {
    if (!isB64Token(token)) throw new TokenRejectedError('The access token is malformed');
    const answer = await boundedFetch({
      url: this.discovery.metadata().backChannel.userinfo,
      authorization: `Bearer ${token}`,
      timeoutMs: this.config.logto.timeoutMs,
      maxBytes: MAX_BYTES,
    });
    if (answer.status !== 200) throw refusalOf(answer);
    return claimsOf(answer.body);
  }
}

function claimsOf(body: unknown): UserinfoClaims {
  const parsed = claimsSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  if (z.looseObject({}).safeParse(body).success && !subjectSchema.safeParse(body).success) {
    throw new TokenRejectedError('The access token names no user', { cause: parsed.error });
  }
  throw new LogtoUnavailableError('unexpected_answer', { cause: parsed.error });
}

/** The words in which Logto itself speaks about a token, by the status that they come with. */
const VERDICTS: ReadonlyMap<number, ReadonlySet<string>> = new Map([
  // A live token whose application or account is gone: invalid_client, invalid_grant.
  [400, new Set(['invalid_request', 'invalid_client', 'invalid_grant', 'invalid_token'])],
  [401, new Set(['invalid_token', 'invalid_client', 'invalid_grant'])],
  [403, new Set(['insufficient_scope'])],
]);

/**
 * Only these are a verdict. A gateway in front of Logto refuses in words of its own, in JSON and with a challenge too,
 * and a good token must not be thrown away for that.
 */
function refusalOf(answer: BoundedAnswer): Error {
  const error = oauthErrorOf(answer);
  if (error === undefined || VERDICTS.get(answer.status)?.has(error.error) !== true) {
    return new LogtoUnavailableError('unexpected_answer');
  }
  if (error.error === 'insufficient_scope') {
    return new TokenRejectedError('The access token lacks a scope', {
      code: 'insufficient_scope',
      scope: error.scope ?? 'openid',
    });
  }
  return new TokenRejectedError('The access token is not active');
}
