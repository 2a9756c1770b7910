import { Injectable } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { type BoundedAnswer, boundedFetch, type BoundedRequest } from '../http/bounded.fetch.js';
import { UpstreamLog } from '../http/upstream.log.js';
import { LogtoUnavailableError } from '../logto.errors.js';
import { managementErrorSchema } from './application.schema.js';
import { ManagementToken } from './management.token.js';

/** A page of 100 apps is some 100 kB. */
const MAX_BYTES = 1024 * 1024;

/** Calls of the Management API that change something, with the one token that may do everything. */
@Injectable()
export class ManagementCalls {
  private readonly log = new UpstreamLog(ManagementCalls.name);

  constructor(
    private readonly config: Config,
    private readonly token: ManagementToken,
  ) {}

  /**
   * Once more on 401: Logto may have rotated its keys, or been restored, since the token was made.
   * @throws {LogtoUnavailableError} when it does not answer, forbids us everything, or its tenant is full
   */
  async ask(path: string, change?: BoundedRequest['change']): Promise<BoundedAnswer> {
    const token = await this.token.get();
    const answer = await this.send(path, token, change);
    if (answer.status !== 401) return this.believed(answer);
    this.token.drop(token);
    return this.believed(await this.send(path, await this.token.get(), change));
  }

  private send(path: string, token: string, change: BoundedRequest['change']): Promise<BoundedAnswer> {
    const { internalEndpoint, timeoutMs } = this.config.logto;
    return boundedFetch({
      url: `${internalEndpoint}${path}`,
      authorization: `Bearer ${token}`,
      timeoutMs,
      maxBytes: MAX_BYTES,
      ...(change && { change }),
    });
  }

  private believed(answer: BoundedAnswer): BoundedAnswer {
    const { status } = answer;
    if (status < 400) return answer;
    const code = managementErrorSchema.safeParse(answer.body).data?.code ?? '';
    // A 403 of its own kind: the plan of a cloud tenant, or the hard limit of any.
    if (code.endsWith('limit_exceeded')) {
      this.log.error({ event: 'logto.quota_exceeded', reason: code.slice(0, 64) });
      throw new LogtoUnavailableError('quota_exceeded', { detail: code.slice(0, 64) });
    }
    if (status !== 401 && status !== 403) return answer;
    this.log.error({
      event: 'logto.management_forbidden',
      reason: status === 403 ? 'missing_role' : 'token_refused',
      variables: 'LOGTO_MANAGEMENT_CLIENT_ID, LOGTO_MANAGEMENT_RESOURCE',
    });
    throw new LogtoUnavailableError('credentials_refused');
  }
}
