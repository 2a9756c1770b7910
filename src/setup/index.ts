export { desiredTenant, type DesiredTenant } from './plan/desired.tenant.js';
export { setUp, reasonOf } from './setup.js';
export { readArguments, type SetupArguments, usage } from './setup.arguments.js';
export { SetupError } from './setup.error.js';
export { type SetupReport, wordsOf } from './setup.report.js';
