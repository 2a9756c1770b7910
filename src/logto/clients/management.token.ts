import { Injectable } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { LogtoDiscovery } from '../discovery/logto.discovery.js';
import { type BoundedAnswer, boundedFetch } from '../http/bounded.fetch.js';
import { basicAuthorization, oauthErrorOf } from '../http/oauth.form.js';
import { SingleFlight } from '../http/single.flight.js';
import { UpstreamLog } from '../http/upstream.log.js';
import { LogtoUnavailableError } from '../logto.errors.js';
import { tokenSchema } from './management.schema.js';

const MAX_BYTES = 64 * 1024;
/** A token this near its end could die on the way. */
const MARGIN_MS = 60_000;

interface HeldToken {
  readonly value: string;
  readonly usableUntil: number;
}

/** The access token for the Management API: RFC 6749 §4.4, held until shortly before it expires. */
@Injectable()
export class ManagementToken {
  private readonly log = new UpstreamLog(ManagementToken.name);
  private readonly flight = new SingleFlight<HeldToken>();
  private held: HeldToken | undefined;

  constructor(
    private readonly config: Config,
    private readonly discovery: LogtoDiscovery,
  ) {}

  /** @throws {LogtoUnavailableError} when Logto gives none */
  async get(): Promise<string> {
    if (this.held !== undefined && Date.now() < this.held.usableUntil) return this.held.value;
    const { value } = await this.flight.run('token', () => this.request());
    return value;
  }

  /** The Management API refused this token, so the next one must be another. */
  drop(refused: string): void {
    if (this.held?.value === refused) this.held = undefined;
  }

  private async request(): Promise<HeldToken> {
    const { management, timeoutMs } = this.config.logto;
    if (management === undefined) throw new LogtoUnavailableError('no_credentials');
    const askedAt = Date.now();
    const answer = await boundedFetch({
      url: this.discovery.metadata().backChannel.token,
      authorization: basicAuthorization(management.clientId, management.clientSecret),
      form: { grant_type: 'client_credentials', resource: management.resource, scope: 'all' },
      timeoutMs,
      maxBytes: MAX_BYTES,
    });
    if (answer.status !== 200) throw this.refusalOf(answer);
    const parsed = tokenSchema.safeParse(answer.body);
    if (!parsed.success) throw new LogtoUnavailableError('unexpected_answer', { cause: parsed.error });
    const usableUntil = askedAt + parsed.data.expires_in * 1000 - MARGIN_MS;
    this.held = { value: parsed.data.access_token, usableUntil };
    return this.held;
  }

  private refusalOf(answer: BoundedAnswer): LogtoUnavailableError {
    const error = oauthErrorOf(answer)?.error;
    if (error === 'invalid_target') {
      this.log.error({
        event: 'logto.credentials_refused',
        reason: 'invalid_target',
        variables: 'LOGTO_MANAGEMENT_RESOURCE',
      });
    } else if (error === 'invalid_client' || answer.status === 401) {
      this.log.error({
        event: 'logto.credentials_refused',
        reason: 'invalid_client',
        variables: 'LOGTO_MANAGEMENT_CLIENT_ID, LOGTO_MANAGEMENT_CLIENT_SECRET',
      });
    } else return new LogtoUnavailableError('unexpected_answer');
    return new LogtoUnavailableError('credentials_refused');
  }
}
