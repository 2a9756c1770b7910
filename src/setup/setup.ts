import { LogtoUnavailableError, ManagementRefusedError, type TenantClient } from '../logto/index.js';
import type { Change } from './plan/change.js';
import type { DesiredTenant } from './plan/desired.tenant.js';
import { planOf } from './plan/plan.js';
import type { SetupNote, SetupReport } from './setup.report.js';
import { ChangeApplier } from './tenant/change.applier.js';
import { type CurrentTenant, readTenant } from './tenant/current.tenant.js';

/**
 * Adds to the tenant what it lacks. The first failure ends it, and what is done stays: a further run completes it.
 * @throws {SetupError | LogtoUnavailableError | ManagementRefusedError} before anything was changed
 */
export async function setUp(
  client: TenantClient,
  desired: DesiredTenant,
  { dryRun = false } = {},
): Promise<SetupReport> {
  const current = await readTenant(client, desired);
  const plan = planOf(current, desired);
  const applier = new ChangeApplier(client, current);
  const { done, error } = dryRun ? { done: [], error: undefined } : await applyAll(applier, plan);
  const missing = plan.slice(done.length);
  const { app } = applier;
  return {
    ok: missing.length === 0,
    dryRun,
    done,
    missing,
    notes: notesOf(current, desired, plan),
    ...(app && { app: { name: app.name, id: app.id, type: app.type } }),
    ...(error !== undefined && { error }),
  };
}

async function applyAll(applier: ChangeApplier, plan: readonly Change[]) {
  const done: Change[] = [];
  for (const change of plan) {
    try {
      await applier.apply(change);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      return { done, error: reason };
    }
    done.push(change);
  }
  return { done, error: undefined };
}

/** What went wrong with Logto, for the operator; `undefined` when it was not Logto. */
export function reasonOf(error: unknown): string | undefined {
  if (error instanceof ManagementRefusedError) return `${error.message}.`;
  if (error instanceof LogtoUnavailableError) {
    return `Logto cannot be asked: ${error.reason}${error.detail === undefined ? '' : ` (${error.detail})`}.`;
  }
  return undefined;
}

function notesOf(current: CurrentTenant, desired: DesiredTenant, plan: readonly Change[]): SetupNote[] {
  return [
    ...(desired.scopes.length === 0 ? (['no_permissions'] as const) : []),
    ...(plan.some(({ kind }) => kind === 'create_role' || kind === 'make_role_default')
      ? (['users_before'] as const)
      : []),
    ...(current.cimd === undefined ? (['cimd_unknown'] as const) : []),
    ...(current.cimd?.enabled === false && !desired.cimd ? (['cimd_untouched'] as const) : []),
  ];
}
