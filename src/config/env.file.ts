import { existsSync } from 'node:fs';

/** For commands of an operator: what `.env` in the current folder says, where the environment says nothing. */
export function loadEnvFile(path = '.env'): void {
  if (existsSync(path)) process.loadEnvFile(path);
}
