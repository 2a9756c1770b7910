import { Injectable, Logger } from '@nestjs/common';
import { ProtectedResources, RegistrationTokenError } from '../auth/index.js';
import { Config } from '../config/index.js';
import {
  ApplicationClient,
  ApplicationRefusedError,
  type LogtoApplication,
  type LogtoScope,
} from '../logto/index.js';
import { fitsHash, hashOf, newAccessToken } from './access/access.token.js';
import { type ApplicationShape, clientInformation, shapeOf } from './metadata/application.mapping.js';
import { readMetadata } from './metadata/client.metadata.schema.js';
import { ceilingOf } from './metadata/consent.ceiling.js';
import { customDataOf, recordOf, type RegistrationRecord } from './metadata/registration.record.js';
import { RegistrationError } from './registration.errors.js';
import { RegistrationLimits } from './registration.limits.js';
import { RegistrationOptions } from './registration.options.js';

/** A client information response, RFC 7591 section 3.2.1 and RFC 7592 section 3. */
export type ClientInformation = Readonly<Record<string, unknown>>;

/** A client that has shown its registration access token. */
export interface Registered {
  readonly app: LogtoApplication;
  readonly record: RegistrationRecord;
}

/** Turns a client's metadata into a third-party app of the tenant, and lets its holder read, change and delete it. */
@Injectable()
export class ClientRegistrar {
  private readonly log = new Logger('Registration');
  private readonly resource: string;

  constructor(
    private readonly config: Config,
    private readonly options: RegistrationOptions,
    private readonly applications: ApplicationClient,
    private readonly limits: RegistrationLimits,
    private readonly resources: ProtectedResources,
  ) {
    this.resource = resources.main.url;
  }

  /** RFC 7591 section 3. What fails half way leaves no app behind. */
  async register(body: unknown, address: string | undefined): Promise<ClientInformation> {
    const shape = shapeOf(readMetadata(body), this.options);
    await this.limits.creation(address);
    const permissions = await this.permissions();
    const token = newAccessToken();
    const record = { resource: this.resource, tokenHash: hashOf(token), registeredAt: Date.now() };
    const app = await this.create(shape, record);
    const secret = await this.complete(app, permissions).catch(async (error: unknown) => {
      await this.takeBack(app.id);
      throw error;
    });
    this.audit('client.registered', app);
    return { ...this.information(app, permissions, token), ...secret };
  }

  /** RFC 7592 section 2.1. A secret is shown once, when it is made. */
  async read(clientId: string, token: string): Promise<ClientInformation> {
    const { app } = await this.authenticate(clientId, token);
    return this.information(app, await this.permissions(), token);
  }

  /** RFC 7592 section 2.2: the new metadata replaces the old one whole. The kind of a Logto app cannot change. */
  async update({ app, record }: Registered, token: string, body: unknown): Promise<ClientInformation> {
    if (typeof body !== 'object' || body === null || !('client_id' in body) || body.client_id !== app.id) {
      throw new RegistrationError('invalid_client_metadata', 'client_id must be that of the client');
    }
    const { type, ...shape } = shapeOf(readMetadata(body), this.options);
    if (type !== app.type) {
      throw new RegistrationError(
        'invalid_client_metadata',
        'This would be another kind of client; register a new one',
      );
    }
    const changed = await this.applications
      .update(app.id, { ...shape, customData: { ...app.customData, ...customDataOf(record) } })
      .catch(translate);
    this.audit('client.updated', changed);
    return this.information(changed, await this.permissions(), token);
  }

  /** RFC 7592 section 2.3 */
  async remove(clientId: string, token: string): Promise<void> {
    const { app } = await this.authenticate(clientId, token);
    await this.applications.remove(app.id);
    this.audit('client.removed', app);
  }

  /** An unknown client and a wrong token are one answer, so that nobody can probe for clients. */
  async authenticate(clientId: string, token: string): Promise<Registered> {
    const app = await this.applications.find(clientId);
    const record = app && recordOf(app, this.resource);
    const fits = fitsHash(token, record?.tokenHash);
    if (app === undefined || record === undefined || !fits) throw new RegistrationTokenError('invalid');
    return { app, record };
  }

  private create(shape: ApplicationShape, record: RegistrationRecord): Promise<LogtoApplication> {
    return this.applications.create({ ...shape, customData: customDataOf(record) }).catch(translate);
  }

  private async complete(
    app: LogtoApplication,
    permissions: readonly LogtoScope[],
  ): Promise<ClientInformation> {
    const { userScopes } = ceilingOf(this.config.auth.scopes, permissions);
    await this.applications.allow(
      app.id,
      userScopes,
      permissions.map(({ id }) => id),
    );
    if (app.type !== 'Traditional') return {};
    const { value, expiresAt } = await this.applications.secret(app.id);
    const seconds = expiresAt === null ? 0 : Math.floor(expiresAt / 1000);
    return { client_secret: value, client_secret_expires_at: seconds };
  }

  /** The failure that led here is what the client hears of. */
  private async takeBack(id: string): Promise<void> {
    try {
      await this.applications.remove(id);
    } catch {
      // The sweep finds it: it bears our mark and nobody can have used it.
      this.log.warn({ event: 'client.orphaned', clientId: id });
    }
  }

  private permissions(): Promise<readonly LogtoScope[]> {
    return this.applications.permissions(this.resources.urls);
  }

  private information(
    app: LogtoApplication,
    permissions: readonly LogtoScope[],
    token: string,
  ): ClientInformation {
    return {
      ...clientInformation(app, ceilingOf(this.config.auth.scopes, permissions).scopes),
      registration_access_token: token,
      registration_client_uri: `${this.config.http.publicUrl}/register/${app.id}`,
    };
  }

  private audit(event: string, { id, type, name, oidcClientMetadata }: LogtoApplication): void {
    const origins = oidcClientMetadata.redirectUris.map((uri) => uri.split('/', 3).join('/'));
    this.log.log({ event, clientId: id, type, name, redirects: [...new Set(origins)] });
  }
}

/** What Logto does not take of a client, the client must change. */
function translate(error: unknown): never {
  if (!(error instanceof ApplicationRefusedError)) throw error;
  throw new RegistrationError('invalid_client_metadata', 'Logto does not accept this client');
}
