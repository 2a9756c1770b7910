import { browserCheck } from './browser.check.js';
import { challengeCheck } from './challenge.check.js';
import type { Check } from './check.js';
import { clockCheck } from './clock.check.js';
import { discoveryCheck } from './discovery.check.js';
import { metadataCheck } from './metadata.check.js';
import { registrationCheck } from './registration.check.js';
import { resourceCheck } from './resource.check.js';
import { securityCheck } from './security.check.js';
import { tokenCheck } from './token.check.js';

/** Every check, in the order of the chain. A new one is a file beside these, and a line here. */
export const CHECKS: readonly Check[] = [
  challengeCheck,
  metadataCheck,
  discoveryCheck,
  securityCheck,
  registrationCheck,
  resourceCheck,
  browserCheck,
  clockCheck,
  tokenCheck,
];
