import type {
  TenantApplication,
  TenantCeiling,
  TenantClient,
  TenantResource,
  TenantRole,
} from '../../logto/index.js';
import type { DesiredTenant } from '../plan/desired.tenant.js';
import { SetupError } from '../setup.error.js';

/** What the tenant holds of what matters here. */
export interface CurrentTenant {
  readonly resources: readonly TenantResource[];
  readonly role?: TenantRole & { readonly scopeIds: readonly string[] };
  readonly app?: TenantApplication & { readonly ceiling: TenantCeiling };
  /** Absent: this Logto knows no client id metadata documents. */
  readonly cimd?: { readonly enabled: boolean; readonly ceiling: TenantCeiling };
}

/** @throws {SetupError} when a name is taken by something else */
export async function readTenant(client: TenantClient, desired: DesiredTenant): Promise<CurrentTenant> {
  const role = await roleOf(client, desired.role);
  const app = desired.app && (await appOf(client, desired.app.name));
  const cimd = await client.cimd();
  return {
    resources: await client.resources(),
    ...(role && { role }),
    ...(app && { app }),
    ...(cimd && { cimd: { enabled: cimd.enabled, ceiling: await client.cimdCeiling() } }),
  };
}

async function roleOf(client: TenantClient, name: string): Promise<CurrentTenant['role']> {
  const role = (await client.roles()).find((one) => one.name === name);
  if (role === undefined) return undefined;
  if (role.type !== 'User') {
    throw new SetupError(`The role "${name}" is one of machines. Choose another name with --role.`);
  }
  return { ...role, scopeIds: (await client.roleScopes(role.id)).map(({ id }) => id) };
}

async function appOf(client: TenantClient, name: string): Promise<CurrentTenant['app']> {
  const apps = (await client.applications()).filter((one) => one.name === name);
  if (apps.length > 1) throw new SetupError(`${apps.length} apps are called "${name}". Rename all but one.`);
  const [app] = apps;
  if (app === undefined) return undefined;
  if (!app.isThirdParty) {
    throw new SetupError(`The app "${name}" is not a third-party app. Choose another name with --app.`);
  }
  return { ...app, ceiling: await client.applicationCeiling(app.id) };
}

export const scopeIdOf = (
  resources: readonly TenantResource[],
  indicator: string,
  scope: string,
): string | undefined =>
  resources.find((one) => one.indicator === indicator)?.scopes.find(({ name }) => name === scope)?.id;
