import type { z } from 'zod';
import type { Config } from '../../config/index.js';
import { type BoundedAnswer, type BoundedRequest, boundedFetch } from '../http/bounded.fetch.js';
import { LogtoUnavailableError, ManagementRefusedError } from '../logto.errors.js';
import type { ManagementToken } from './management.token.js';
import { refusalSchema } from './tenant.schema.js';

const MAX_BYTES = 2 * 1024 * 1024;
const PAGE_SIZE = 100;
/** Nobody has ten thousand of anything that is listed here; a list without an end is a fault. */
const MAX_PAGES = 100;

/** Requests to the Management API that change the tenant, or list what is in it. */
export class TenantExchange {
  constructor(
    private readonly config: Config,
    private readonly token: ManagementToken,
  ) {}

  /** `undefined`: there is no such thing, or no such route in this version of Logto. */
  async find<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const answer = await this.ask(path);
    return answer.status === 404 ? undefined : parsed(answer, schema, `GET ${path}`);
  }

  /** Every page of a list. */
  async list<T extends { readonly id: string }>(path: string, schema: z.ZodType<T[]>): Promise<readonly T[]> {
    const found = new Map<string, T>();
    const joint = path.includes('?') ? '&' : '?';
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const answer = await this.ask(`${path}${joint}page=${page}&page_size=${PAGE_SIZE}`);
      const items = parsed(answer, schema, `GET ${path}`);
      const before = found.size;
      for (const item of items) found.set(item.id, item);
      if (items.length < PAGE_SIZE || found.size === before) return [...found.values()];
    }
    throw new LogtoUnavailableError('too_large', { detail: path });
  }

  async change<T>(method: 'POST' | 'PATCH', path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return parsed(await this.ask(path, { method, body }), schema, `${method} ${path}`);
  }

  /** Once more on 401: Logto may have rotated its keys since the token was made. */
  private async ask(path: string, change?: BoundedRequest['change']): Promise<BoundedAnswer> {
    const token = await this.token.get();
    const answer = await this.send(path, token, change);
    if (answer.status !== 401) return answer;
    this.token.drop(token);
    return this.send(path, await this.token.get(), change);
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
}

/** @throws {ManagementRefusedError} when Logto said no */
function parsed<T>({ status, body }: BoundedAnswer, schema: z.ZodType<T>, request: string): T {
  // Which success it is differs between Logto's routes and versions.
  if (status < 200 || status > 299) {
    throw new ManagementRefusedError(request, status, refusalSchema.safeParse(body).data?.code);
  }
  const result = schema.safeParse(body);
  if (!result.success) {
    throw new LogtoUnavailableError('unexpected_answer', { cause: result.error, detail: request });
  }
  return result.data;
}
