import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../../config/index.js';
import { ManagementToken } from './management.token.js';
import { TenantExchange } from './tenant.exchange.js';
import {
  applicationSchema,
  ceilingSchema,
  cimdSchema,
  resourceSchema,
  roleSchema,
  scopeSchema,
  type TenantApplication,
  type TenantCeiling,
  type TenantResource,
  type TenantRole,
  type TenantScope,
} from './tenant.schema.js';

/** What an application is asked to be when it is made. */
interface NewApplication {
  readonly name: string;
  readonly type: 'Native' | 'SPA' | 'Traditional';
  readonly redirectUris: readonly string[];
}

/**
 * Reads and changes the tenant itself: what it takes for agents to get in. It adds and never deletes. The server
 * holds none of these; whoever administers the tenant makes one.
 */
@Injectable()
export class TenantClient {
  private readonly api: TenantExchange;

  constructor(config: Config, token: ManagementToken) {
    this.api = new TenantExchange(config, token);
  }

  resources(): Promise<readonly TenantResource[]> {
    return this.api.list('/api/resources?includeScopes=true', z.array(resourceSchema));
  }

  createResource(indicator: string, name: string): Promise<TenantResource> {
    return this.api.change('POST', '/api/resources', { name, indicator }, resourceSchema);
  }

  createScope(resourceId: string, name: string, description: string): Promise<TenantScope> {
    const path = `/api/resources/${resourceId}/scopes`;
    return this.api.change('POST', path, { name, description }, scopeSchema);
  }

  roles(): Promise<readonly TenantRole[]> {
    return this.api.list('/api/roles', z.array(roleSchema));
  }

  roleScopes(roleId: string): Promise<readonly TenantScope[]> {
    return this.api.list(`/api/roles/${roleId}/scopes`, z.array(scopeSchema));
  }

  /** A role that Logto gives to every user who signs up from now on. */
  createDefaultRole(name: string, description: string): Promise<TenantRole> {
    const body = { name, description, type: 'User', isDefault: true };
    return this.api.change('POST', '/api/roles', body, roleSchema);
  }

  makeRoleDefault(roleId: string): Promise<TenantRole> {
    return this.api.change('PATCH', `/api/roles/${roleId}`, { isDefault: true }, roleSchema);
  }

  async addRoleScopes(roleId: string, scopeIds: readonly string[]): Promise<void> {
    await this.api.change('POST', `/api/roles/${roleId}/scopes`, { scopeIds }, z.unknown());
  }

  applications(): Promise<readonly TenantApplication[]> {
    return this.api.list('/api/applications', z.array(applicationSchema));
  }

  createThirdPartyApplication({ name, type, redirectUris }: NewApplication): Promise<TenantApplication> {
    const oidcClientMetadata = { redirectUris, postLogoutRedirectUris: [] };
    const body = { name, type, isThirdParty: true, oidcClientMetadata };
    return this.api.change('POST', '/api/applications', body, applicationSchema);
  }

  /** Logto replaces the whole object, so all of it is sent. */
  addRedirectUris(app: TenantApplication, uris: readonly string[]): Promise<TenantApplication> {
    const { oidcClientMetadata: known } = app;
    const oidcClientMetadata = { ...known, redirectUris: [...known.redirectUris, ...uris] };
    return this.api.change('PATCH', `/api/applications/${app.id}`, { oidcClientMetadata }, applicationSchema);
  }

  async applicationCeiling(appId: string): Promise<TenantCeiling> {
    return ceilingOf(await this.api.find(`/api/applications/${appId}/user-consent-scopes`, ceilingSchema));
  }

  async raiseApplicationCeiling(appId: string, scopes: Partial<TenantCeiling>): Promise<void> {
    await this.api.change('POST', `/api/applications/${appId}/user-consent-scopes`, scopes, z.unknown());
  }

  /** `undefined`: this Logto knows no client id metadata documents; it does since 1.43. */
  async cimd(): Promise<{ readonly enabled: boolean } | undefined> {
    return this.api.find('/api/configs/cimd', cimdSchema);
  }

  async enableCimd(): Promise<void> {
    await this.api.change('PATCH', '/api/configs/cimd', { enabled: true }, z.unknown());
  }

  async cimdCeiling(): Promise<TenantCeiling> {
    return ceilingOf(await this.api.find('/api/cimd/user-consent-scopes', ceilingSchema));
  }

  async raiseCimdCeiling(scopes: Partial<TenantCeiling>): Promise<void> {
    await this.api.change('POST', '/api/cimd/user-consent-scopes', scopes, z.unknown());
  }
}

const ceilingOf = (answer: z.output<typeof ceilingSchema> | undefined): TenantCeiling => ({
  userScopes: answer?.userScopes ?? [],
  resourceScopes: (answer?.resourceScopes ?? []).flatMap(({ scopes }) => scopes.map(({ id }) => id)),
});
