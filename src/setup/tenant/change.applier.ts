import type { TenantApplication, TenantClient, TenantResource } from '../../logto/index.js';
import type { Change } from '../plan/change.js';
import { SetupError } from '../setup.error.js';
import { type CurrentTenant, scopeIdOf } from './current.tenant.js';

const DESCRIPTION = 'Given to users of the MCP server';

/** Makes changes one after the other, and remembers the ids of what it has made for those that build upon it. */
export class ChangeApplier {
  private readonly resources: TenantResource[];
  private roleId: string | undefined;
  private madeOrFoundApp: TenantApplication | undefined;

  constructor(
    private readonly client: TenantClient,
    current: CurrentTenant,
  ) {
    this.resources = [...current.resources];
    this.roleId = current.role?.id;
    this.madeOrFoundApp = current.app;
  }

  get app(): TenantApplication | undefined {
    return this.madeOrFoundApp;
  }

  async apply(change: Change): Promise<void> {
    const { client } = this;
    switch (change.kind) {
      case 'create_resource': {
        const { pathname } = new URL(change.resource);
        this.resources.push(await client.createResource(change.resource, `MCP server ${pathname}`));
        return;
      }
      case 'create_permission':
        return this.createPermission(change.resource, change.scope);
      case 'create_role':
        this.roleId = (await client.createDefaultRole(change.role, DESCRIPTION)).id;
        return;
      case 'make_role_default':
        await client.makeRoleDefault(known(this.roleId));
        return;
      case 'add_role_permission':
        return client.addRoleScopes(known(this.roleId), this.scopeIds(change));
      case 'create_app': {
        const { app: name, type, redirectUris } = change;
        this.madeOrFoundApp = await client.createThirdPartyApplication({ name, type, redirectUris });
        return;
      }
      case 'add_redirect_uris':
        this.madeOrFoundApp = await client.addRedirectUris(known(this.app), change.redirectUris);
        return;
      case 'let_app_ask_user_data':
        return client.raiseApplicationCeiling(known(this.app).id, userData(change.scope));
      case 'let_app_ask_permission':
        return client.raiseApplicationCeiling(known(this.app).id, permissions(this.scopeIds(change)));
      case 'enable_cimd':
        return client.enableCimd();
      case 'let_cimd_ask_user_data':
        return client.raiseCimdCeiling(userData(change.scope));
      case 'let_cimd_ask_permission':
        return client.raiseCimdCeiling(permissions(this.scopeIds(change)));
      default:
        return change satisfies never;
    }
  }

  private async createPermission(indicator: string, name: string): Promise<void> {
    const at = this.resources.findIndex((resource) => resource.indicator === indicator);
    const resource = known(this.resources[at]);
    const scope = await this.client.createScope(resource.id, name, `Needed by tools of ${indicator}`);
    this.resources[at] = { ...resource, scopes: [...resource.scopes, scope] };
  }

  private scopeIds({ resource, scope }: { readonly resource: string; readonly scope: string }): string[] {
    return [known(scopeIdOf(this.resources, resource, scope))];
  }
}

const userData = (scope: string) => ({ userScopes: [scope] });
const permissions = (resourceScopes: readonly string[]) => ({ resourceScopes });

/** The plan makes each thing before what needs it. */
function known<T>(value: T | undefined): T {
  if (value === undefined) throw new SetupError('The plan needs something that it did not make');
  return value;
}
