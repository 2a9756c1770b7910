import type { RegistrationConfig } from '../config/index.js';

/** What the operator decided about registrations. Exists only where they are on; the class is its token. */
export abstract class RegistrationOptions implements RegistrationConfig {
  abstract readonly mode: 'token' | 'open';
  abstract readonly token?: string;
  abstract readonly schemes: readonly string[];
  abstract readonly hosts: readonly string[];
  abstract readonly perAddress: number;
  abstract readonly perDay: number;
  abstract readonly unusedDays: number;
}
