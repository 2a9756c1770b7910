import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { BoundedAnswer } from '../http/bounded.fetch.js';
import { ApplicationRefusedError, LogtoUnavailableError } from '../logto.errors.js';
import {
  type ApplicationChange,
  type ApplicationDraft,
  applicationSchema,
  applicationsSchema,
  type LogtoApplication,
  type LogtoScope,
  type LogtoSecret,
  logsSchema,
  resourcesSchema,
  secretsSchema,
} from './application.schema.js';
import { ManagementCalls } from './management.calls.js';

const APPLICATIONS = '/api/applications';
export const APPLICATION_PAGE = 100;

/** Third-party apps of the tenant, and nothing else: the token of the calls below could do far more. */
@Injectable()
export class ApplicationClient {
  constructor(private readonly calls: ManagementCalls) {}

  /** @throws {ApplicationRefusedError} when Logto does not take what the app is made from */
  async create({ redirectUris, ...draft }: ApplicationDraft): Promise<LogtoApplication> {
    const body = {
      ...draft,
      // A first-party app is never asked about: its users would consent to whatever it is (Logto).
      isThirdParty: true,
      oidcClientMetadata: { redirectUris, postLogoutRedirectUris: [] },
    };
    return parsed(await this.calls.ask(APPLICATIONS, { method: 'POST', body }), applicationSchema);
  }

  /** The most that this app may ask a user for. Permissions go by id. */
  async allow(id: string, userScopes: readonly string[], resourceScopes: readonly string[]): Promise<void> {
    const body = { userScopes, resourceScopes };
    accepted(await this.calls.ask(pathOf(id, '/user-consent-scopes'), { method: 'POST', body }));
  }

  /** `undefined`: Logto has no such app. */
  async find(id: string): Promise<LogtoApplication | undefined> {
    if (!isId(id)) return undefined;
    const answer = await this.calls.ask(pathOf(id));
    return answer.status === 404 ? undefined : parsed(answer, applicationSchema);
  }

  /** @throws {ApplicationRefusedError} when Logto does not take the change */
  async update(id: string, { redirectUris, ...change }: ApplicationChange): Promise<LogtoApplication> {
    const body = {
      ...change,
      ...(redirectUris && { oidcClientMetadata: { redirectUris, postLogoutRedirectUris: [] } }),
    };
    return parsed(await this.calls.ask(pathOf(id), { method: 'PATCH', body }), applicationSchema);
  }

  /** An app that is gone already is gone. */
  async remove(id: string): Promise<void> {
    const answer = await this.calls.ask(pathOf(id), { method: 'DELETE' });
    if (answer.status !== 404) accepted(answer);
  }

  /** The secret that Logto gave a Traditional app. */
  async secret(id: string): Promise<LogtoSecret> {
    const [secret] = parsed(await this.calls.ask(pathOf(id, '/secrets')), secretsSchema);
    if (secret === undefined) throw new LogtoUnavailableError('unexpected_answer');
    return secret;
  }

  /** Third-party apps, so many a page; the last page has fewer. Pages begin at 1. */
  async page(page: number): Promise<readonly LogtoApplication[]> {
    const query = `isThirdParty=true&page=${page}&page_size=${APPLICATION_PAGE}`;
    return parsed(await this.calls.ask(`${APPLICATIONS}?${query}`), applicationsSchema);
  }

  /** Whether somebody has signed in through it, as far back as the log of the tenant goes. */
  async wasUsed(id: string): Promise<boolean> {
    const query = `applicationId=${id}&logKey=ExchangeTokenBy.AuthorizationCode&page=1&page_size=1`;
    return parsed(await this.calls.ask(`/api/logs?${query}`), logsSchema).length > 0;
  }

  /** The API permissions of these resources. */
  async permissions(indicators: readonly string[]): Promise<readonly LogtoScope[]> {
    const resources = parsed(await this.calls.ask('/api/resources?includeScopes=true'), resourcesSchema);
    return resources
      .filter(({ indicator }) => indicators.includes(indicator))
      .flatMap(({ scopes }) => scopes);
  }
}

// Logto makes ids of letters and digits. Anything else, `..` above all, must not shape a path.
const isId = (id: string): boolean => /^[\w-]{1,128}$/.test(id);

function pathOf(id: string, part = ''): string {
  if (!isId(id)) throw new LogtoUnavailableError('unexpected_answer');
  return `${APPLICATIONS}/${id}${part}`;
}

function accepted(answer: BoundedAnswer): void {
  if (answer.status >= 200 && answer.status < 300) return;
  // 400 and 422: it was understood, and is not wanted.
  if (answer.status === 400 || answer.status === 422) throw new ApplicationRefusedError();
  throw new LogtoUnavailableError('unexpected_answer');
}

function parsed<T>(answer: BoundedAnswer, schema: z.ZodType<T>): T {
  accepted(answer);
  const result = schema.safeParse(answer.body);
  if (!result.success) throw new LogtoUnavailableError('unexpected_answer', { cause: result.error });
  return result.data;
}
