import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Config } from '../../config/index.js';
import { type BoundedAnswer, boundedFetch } from '../http/bounded.fetch.js';
import { UpstreamLog } from '../http/upstream.log.js';
import { LogtoUnavailableError } from '../logto.errors.js';
import {
  grantsSchema,
  type LogtoGrant,
  type LogtoRole,
  type LogtoUser,
  rolesSchema,
  userSchema,
} from './management.schema.js';
import { ManagementToken } from './management.token.js';

const MAX_BYTES = 512 * 1024;
/** Grants pile up with every sign-in and come without pages; this is room for some three thousand. */
const MAX_GRANTS_BYTES = 2 * 1024 * 1024;

/** Reads what Logto's Management API knows of a person. Its credentials may do anything, so only reading is offered. */
@Injectable()
export class ManagementClient {
  /** Whether there are credentials to ask with. */
  readonly available: boolean;
  private readonly log = new UpstreamLog(ManagementClient.name);

  constructor(
    private readonly config: Config,
    private readonly token: ManagementToken,
  ) {
    this.available = config.logto.management !== undefined;
  }

  /** `undefined`: Logto has no such user. */
  user(id: string): Promise<LogtoUser | undefined> {
    return this.read(id, '', userSchema);
  }

  /** Every live grant of a user, for every client. Too many of them are Logto's answer `too_large`. */
  async grants(userId: string): Promise<readonly LogtoGrant[]> {
    const answer = await this.read(userId, '/grants', grantsSchema, MAX_GRANTS_BYTES);
    return answer?.grants ?? [];
  }

  async roles(userId: string): Promise<readonly LogtoRole[]> {
    return (await this.read(userId, '/roles', rolesSchema)) ?? [];
  }

  private async read<T>(
    userId: string,
    part: string,
    schema: z.ZodType<T>,
    maxBytes = MAX_BYTES,
  ): Promise<T | undefined> {
    // Logto makes ids of letters and digits. Anything else, `..` above all, must not shape a path.
    if (!/^[\w-]{1,128}$/.test(userId)) return undefined;
    const answer = await this.ask(`/api/users/${userId}${part}`, maxBytes);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.refusalOf(answer);
    const parsed = schema.safeParse(answer.body);
    if (!parsed.success) throw new LogtoUnavailableError('unexpected_answer', { cause: parsed.error });
    return parsed.data;
  }

  /** Once more on 401: Logto may have rotated its keys, or been restored, since the token was made. */
  private async ask(path: string, maxBytes: number): Promise<BoundedAnswer> {
    const token = await this.token.get();
    const answer = await this.send(path, token, maxBytes);
    if (answer.status !== 401) return answer;
    this.token.drop(token);
    return this.send(path, await this.token.get(), maxBytes);
  }

  private send(path: string, token: string, maxBytes: number): Promise<BoundedAnswer> {
    const { internalEndpoint, timeoutMs } = this.config.logto;
    return boundedFetch({
      url: `${internalEndpoint}${path}`,
      authorization: `Bearer ${token}`,
      timeoutMs,
      maxBytes,
    });
  }

  private refusalOf({ status }: BoundedAnswer): LogtoUnavailableError {
    if (status !== 401 && status !== 403) return new LogtoUnavailableError('unexpected_answer');
    this.log.error({
      event: 'logto.management_forbidden',
      reason: status === 403 ? 'missing_role' : 'token_refused',
      variables: 'LOGTO_MANAGEMENT_CLIENT_ID, LOGTO_MANAGEMENT_RESOURCE',
    });
    return new LogtoUnavailableError('credentials_refused');
  }
}
