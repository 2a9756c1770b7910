import type { ApplicationRecord } from '../directory/application.record.js';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { ManagementError } from './management.error.js';

/** @throws {ManagementError} 404 when there is no such app */
export function applicationOf({ applications }: TenantDirectory, id: string): ApplicationRecord {
  const app = applications.get(id);
  if (app) return app;
  throw new ManagementError(
    404,
    'entity.not_exists_with_id',
    `The application with ID \`${id}\` does not exist.`,
  );
}

/** @throws {ManagementError} 422 for an app that needs no consent */
export function thirdPartyOf(directory: TenantDirectory, id: string): ApplicationRecord {
  const app = applicationOf(directory, id);
  if (app.isThirdParty) return app;
  const message = 'The feature is only available for third-party applications.';
  throw new ManagementError(422, 'application.third_party_application_only', message);
}
