import { BlockList, isIP } from 'node:net';
import type { Env } from './env.schema.js';

/** A wrong variable: which one, what is wrong, and what to do. */
export interface ConfigProblem {
  readonly variable: string;
  readonly fault: string;
}

const PRIVATE_RANGES = new BlockList();
for (const [net, bits, family] of [
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
] as const) {
  PRIVATE_RANGES.addSubnet(net, bits, family);
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

/**
 * A host that is reached without leaving a private network: this machine, a private or link-local address, a name
 * without a dot (a service of a compose file or of the same namespace), or one that no public DNS may answer.
 */
function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIP(host) !== 0) return PRIVATE_RANGES.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
  return !host.includes('.') || /\.(?:internal|local|localhost|home\.arpa)$/.test(host);
}

/** Counters and whatever else the nodes share cross this connection, and the password does. */
const redisOverTls: Rule = ({ NODE_ENV, REDIS_URL }) => {
  if (NODE_ENV !== 'production' || REDIS_URL === undefined) return undefined;
  const { protocol, hostname } = new URL(REDIS_URL);
  if (protocol === 'rediss:' || isPrivateHost(hostname)) return undefined;
  return { variable: 'REDIS_URL', fault: 'must be rediss:// in production, unless the host is private' };
};

/** A subscription is a stream, and counted as one before it is counted as a subscription. */
const streamsForSubscriptions: Rule = ({ MCP_SUBSCRIPTIONS_PER_PRINCIPAL: subscriptions, ...env }) =>
  (subscriptions ?? 0) > (env.LIMIT_STREAMS_PER_PRINCIPAL ?? Number.POSITIVE_INFINITY)
    ? {
        variable: 'MCP_SUBSCRIPTIONS_PER_PRINCIPAL',
        fault: 'cannot be more than LIMIT_STREAMS_PER_PRINCIPAL, which counts them too',
      }
    : undefined;

/** A token that nothing asks for would look like a closed door. */
const registrationToken: Rule = ({ REGISTRATION, REGISTRATION_TOKEN }) => {
  if (REGISTRATION === 'token' && REGISTRATION_TOKEN === undefined)
    return { variable: 'REGISTRATION_TOKEN', fault: 'is required because REGISTRATION is token' };
  if (REGISTRATION !== 'token' && REGISTRATION_TOKEN !== undefined)
    return { variable: 'REGISTRATION', fault: 'must be token because REGISTRATION_TOKEN is set' };
  return undefined;
};

/** Apps are created through the Management API; only the embedded tenant brings its own credentials for it. */
const registrationNeeds =
  (variable: 'LOGTO_MANAGEMENT_CLIENT_ID' | 'LOGTO_MANAGEMENT_CLIENT_SECRET'): Rule =>
  (env) =>
    env.REGISTRATION !== undefined &&
    env.REGISTRATION !== 'off' &&
    env.LOGTO_ENDPOINT !== undefined &&
    env[variable] === undefined
      ? { variable, fault: `is required because REGISTRATION is ${env.REGISTRATION}` }
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
  redisOverTls,
  streamsForSubscriptions,
  registrationToken,
  registrationNeeds('LOGTO_MANAGEMENT_CLIENT_ID'),
  registrationNeeds('LOGTO_MANAGEMENT_CLIENT_SECRET'),
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
