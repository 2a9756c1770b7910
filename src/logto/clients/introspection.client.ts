import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../../config/index.js';
import { LogtoDiscovery } from '../discovery/logto.discovery.js';
import { type BoundedAnswer, boundedFetch } from '../http/bounded.fetch.js';
import { basicAuthorization, isB64Token, oauthErrorOf } from '../http/oauth.form.js';
import { UpstreamLog } from '../http/upstream.log.js';
import { LogtoUnavailableError, TokenRejectedError } from '../logto.errors.js';

const MAX_BYTES = 64 * 1024;

const inactiveSchema = z.looseObject({ active: z.literal(false) });

/** Logto names no `aud` for an opaque token; `client_id` is all that tells whose it is. */
const activeSchema = z.looseObject({
  active: z.literal(true),
  sub: z.string().min(1).max(255),
  client_id: z.string().min(1),
  exp: z.number(),
  scope: z.string().default(''),
});

/** An active token, in the words of RFC 7662 §2.2. */
export type Introspection = Readonly<z.output<typeof activeSchema>>;

/** Asks which client an opaque token was made for, with the machine-to-machine credentials. */
@Injectable()
export class IntrospectionClient {
  /** Whether there are credentials to ask with. */
  readonly available: boolean;
  private readonly log = new UpstreamLog(IntrospectionClient.name);

  constructor(
    private readonly config: Config,
    private readonly discovery: LogtoDiscovery,
  ) {
    this.available = config.logto.management !== undefined;
  }

  /**
   * `undefined`: the token is not active, for whatever reason (RFC 7662 §2.2).
   * @throws {TokenRejectedError} when it is of a kind that cannot be introspected, such as a JWT
   * @throws {LogtoUnavailableError} when Logto did not say
   */
  async introspect(token: string): Promise<Introspection | undefined> {
    if (!isB64Token(token)) throw new TokenRejectedError('The access token is malformed');
    const { management, timeoutMs } = this.config.logto;
    const url = this.discovery.metadata().backChannel.introspection;
    if (management === undefined || url === undefined) throw new LogtoUnavailableError('no_credentials');
    const answer = await boundedFetch({
      url,
      authorization: basicAuthorization(management.clientId, management.clientSecret),
      form: { token, token_type_hint: 'access_token' },
      timeoutMs,
      maxBytes: MAX_BYTES,
    });
    if (answer.status !== 200) throw this.refusalOf(answer);
    return introspectionOf(answer.body);
  }

  private refusalOf(answer: BoundedAnswer): Error {
    const error = oauthErrorOf(answer)?.error;
    if (answer.status === 400 && error === 'unsupported_token_type') {
      return new TokenRejectedError('The access token is of a kind that is not accepted here');
    }
    if (answer.status !== 401) return new LogtoUnavailableError('unexpected_answer');
    // Our fault, not the caller's: the token was never looked at.
    this.log.error({
      event: 'logto.credentials_refused',
      reason: 'invalid_client',
      variables: 'LOGTO_MANAGEMENT_CLIENT_ID, LOGTO_MANAGEMENT_CLIENT_SECRET',
    });
    return new LogtoUnavailableError('credentials_refused');
  }
}

function introspectionOf(body: unknown): Introspection | undefined {
  if (inactiveSchema.safeParse(body).success) return undefined;
  const parsed = activeSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  if (z.looseObject({ active: z.literal(true) }).safeParse(body).success) {
    // A machine's own token, for example: active, but nobody's.
    throw new TokenRejectedError('The access token names no user', { cause: parsed.error });
  }
  throw new LogtoUnavailableError('unexpected_answer', { cause: parsed.error });
}
