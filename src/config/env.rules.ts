import type { Env } from './env.schema.js';

/** A wrong variable: which one, what is wrong, and what to do. */
export interface ConfigProblem {
  readonly variable: string;
  readonly fault: string;
}

type Rule = (env: Partial<Env>) => ConfigProblem | undefined;

const required =
  (variable: 'PUBLIC_URL' | 'LOGTO_ENDPOINT'): Rule =>
  (env) =>
    env.NODE_ENV === 'production' && env[variable] === undefined
      ? { variable, fault: 'is required when NODE_ENV is production' }
      : undefined;

const together =
  (variable: keyof Env, other: keyof Env): Rule =>
  (env) =>
    env[variable] === undefined && env[other] !== undefined
      ? { variable, fault: `is required because ${other} is set` }
      : undefined;

/** What no single variable can see. Each rule runs even when other variables are wrong. */
const rules: readonly Rule[] = [
  required('PUBLIC_URL'),
  required('LOGTO_ENDPOINT'),
  together('LOGTO_MANAGEMENT_CLIENT_ID', 'LOGTO_MANAGEMENT_CLIENT_SECRET'),
  together('LOGTO_MANAGEMENT_CLIENT_SECRET', 'LOGTO_MANAGEMENT_CLIENT_ID'),
  together('LOGTO_MANAGEMENT_CLIENT_ID', 'LOGTO_MANAGEMENT_RESOURCE'),
  together('LOGTO_MANAGEMENT_CLIENT_SECRET', 'LOGTO_MANAGEMENT_RESOURCE'),
  together('LOGTO_ENDPOINT', 'LOGTO_INTERNAL_ENDPOINT'),
  (env) =>
    env.AUTH_ALLOWED_CLIENTS !== undefined &&
    env.AUTH_ALLOWED_CLIENTS.length > 0 &&
    env.LOGTO_ENDPOINT !== undefined &&
    env.LOGTO_MANAGEMENT_CLIENT_ID === undefined
      ? {
          variable: 'AUTH_ALLOWED_CLIENTS',
          fault: 'cannot be checked without LOGTO_MANAGEMENT_CLIENT_ID and LOGTO_MANAGEMENT_CLIENT_SECRET',
        }
      : undefined,
];

export const brokenRules = (env: Partial<Env>): ConfigProblem[] => rules.flatMap((rule) => rule(env) ?? []);
