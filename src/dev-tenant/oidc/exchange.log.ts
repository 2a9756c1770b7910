import { randomBytes } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';

/** One line of the log: that a client exchanged something for tokens. */
export interface ExchangeEntry {
  readonly id: string;
  readonly key: string;
  readonly applicationId: string;
  readonly createdAt: number;
}

const MOST_ENTRIES = 5000;

const KEYS: Readonly<Record<string, string>> = {
  authorization_code: 'ExchangeTokenBy.AuthorizationCode',
  refresh_token: 'ExchangeTokenBy.RefreshToken',
  client_credentials: 'ExchangeTokenBy.ClientCredentials',
};

/** The audit log of the tenant, as far as it tells which apps are in use. */
export class ExchangeLog {
  private readonly lines: ExchangeEntry[] = [];

  listen(provider: Provider): void {
    provider.on('grant.success', (ctx) => this.add(ctx));
  }

  /** Newest first. */
  entries(applicationId: string | undefined, key: string | undefined): readonly ExchangeEntry[] {
    return this.lines
      .filter((line) => applicationId === undefined || line.applicationId === applicationId)
      .filter((line) => key === undefined || line.key === key)
      .toReversed();
  }

  private add({ oidc }: KoaContextWithOIDC): void {
    const key = KEYS[String(oidc.params?.['grant_type'])];
    const applicationId = oidc.client?.clientId;
    if (key === undefined || applicationId === undefined) return;
    this.lines.push({
      id: randomBytes(11).toString('hex').slice(0, 21),
      key,
      applicationId,
      createdAt: Date.now(),
    });
    if (this.lines.length > MOST_ENTRIES) this.lines.shift();
  }
}
