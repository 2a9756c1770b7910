export type DevTenantErrorCode = 'dev_tenant_in_production' | 'dev_tenant_port_taken';

/** The embedded tenant could not, or must not, start. */
export class DevTenantError extends Error {
  constructor(
    readonly code: DevTenantErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DevTenantError';
  }
}
