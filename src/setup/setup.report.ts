import type { Change } from './plan/change.js';

/** What is worth knowing beside the changes. */
export type SetupNote = 'cimd_unknown' | 'cimd_untouched' | 'users_before' | 'no_permissions';

/** One run as a document: what `--json` prints. */
export interface SetupReport {
  readonly ok: boolean;
  readonly dryRun: boolean;
  readonly done: readonly Change[];
  /** What is still missing: all of it in a dry run, the rest after a failure. */
  readonly missing: readonly Change[];
  readonly notes: readonly SetupNote[];
  readonly app?: { readonly name: string; readonly id: string; readonly type: string };
  readonly error?: string;
}

const notes: Readonly<Record<SetupNote, string>> = {
  cimd_unknown:
    'This Logto is older than 1.43 and knows no client id metadata documents. Register each agent with --app.',
  cimd_untouched: 'Client id metadata documents are off, and were left so (--no-cimd).',
  users_before:
    'A default role goes to users who sign up from now on. Give it to those who are there already: Logto Console > Roles > the role > Users > Assign users.',
  no_permissions: 'No tool has scopes, so there are no permissions to create and no role to hold them.',
};

/** The report in words for a person. */
export function wordsOf(report: SetupReport): string[] {
  const { done, missing, dryRun, error, app } = report;
  return [
    ...done.map((change) => `  + ${describe(change)}`),
    ...(dryRun ? missing.map((change) => `  - ${describe(change)}`) : []),
    ...(error === undefined ? [] : [`  ! ${error}`, ...missing.map((change) => `  - ${describe(change)}`)]),
    summaryOf(report),
    ...(app ? [`Client id (App ID) of "${app.name}": ${app.id}`] : []),
    ...(app?.type === 'Traditional'
      ? [`Its secret: Logto Console > Applications > ${app.name} > App secrets`]
      : []),
    ...report.notes.map((note) => `Note: ${notes[note]}`),
  ];
}

function summaryOf({ done, missing, dryRun, error }: SetupReport): string {
  if (error !== undefined) {
    return `${done.length} of ${done.length + missing.length} changes were made. Run it again to complete them.`;
  }
  if (dryRun && missing.length > 0) return `${missing.length} things are missing. Nothing was changed.`;
  return done.length === 0 ? 'Nothing to change.' : `${done.length} changes were made.`;
}

/** @returns a line for a person */
export function describe(change: Change): string {
  switch (change.kind) {
    case 'create_resource':
      return `API resource ${change.resource}`;
    case 'create_permission':
      return `permission ${change.scope} of ${change.resource}`;
    case 'create_role':
      return `role "${change.role}", a default role`;
    case 'make_role_default':
      return `role "${change.role}" is a default role`;
    case 'add_role_permission':
      return `role "${change.role}" holds ${change.scope} of ${change.resource}`;
    case 'create_app':
      return `third-party app "${change.app}" (${change.type}), back to ${change.redirectUris.join(', ')}`;
    case 'add_redirect_uris':
      return `app "${change.app}" comes back to ${change.redirectUris.join(', ')} too`;
    case 'let_app_ask_user_data':
      return `app "${change.app}" may ask for the user data ${change.scope}`;
    case 'let_app_ask_permission':
      return `app "${change.app}" may ask for ${change.scope} of ${change.resource}`;
    case 'enable_cimd':
      return 'client id metadata documents are accepted';
    case 'let_cimd_ask_user_data':
      return `clients with a metadata document may ask for the user data ${change.scope}`;
    case 'let_cimd_ask_permission':
      return `clients with a metadata document may ask for ${change.scope} of ${change.resource}`;
    default:
      return change satisfies never;
  }
}
