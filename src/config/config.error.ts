import type { ConfigProblem } from './env.rules.js';
import { envSchema } from './env.schema.js';

const cureOf = (variable: string): string => {
  const shape: Record<string, { description?: string | undefined }> = envSchema.shape;
  return shape[variable]?.description ?? '';
};

/** Every wrong variable at once. The message never contains a value. */
export class ConfigError extends Error {
  readonly code = 'invalid_configuration';

  constructor(readonly problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, fault }) => `  ${variable} ${fault}\n    ${cureOf(variable)}`);
    super(`The configuration is wrong in ${problems.length} place(s):\n${lines.join('\n')}`);
    this.name = 'ConfigError';
  }
}
