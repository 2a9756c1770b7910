import type { Config } from '../config/index.js';
import { type Diagnosis, diagnose } from './diagnosis.js';
import type { DoctorArguments } from './doctor.arguments.js';
import type { Target } from './evidence/evidence.js';
import { gather } from './evidence/gather.js';
import { askTenant } from './tenant.witness.js';

/** Somebody else's server gets the time that a client would give it. */
const TIMEOUT_MS = 5_000;
const SKEW_SECONDS = 60;

/** Examines somebody's server from outside, knowing nothing of it. */
export async function examineUrl(url: string, args: DoctorArguments, token?: string): Promise<Diagnosis> {
  const target = { urls: [url], skewSeconds: SKEW_SECONDS, origins: args.origins ?? [] };
  const { client } = args;
  return diagnose(
    await gather(target, {
      timeoutMs: TIMEOUT_MS,
      ...(client && { client }),
      ...(token !== undefined && { token }),
    }),
  );
}

/**
 * Examines the server of this configuration, from both sides.
 * @param urls the endpoints that clients connect to
 */
export async function examineOwn(
  config: Config,
  urls: readonly string[],
  args: DoctorArguments,
  token?: string,
): Promise<Diagnosis> {
  const { issuer, endpoint, internalEndpoint } = config.logto;
  const target: Target = {
    urls,
    configured: { issuer, endpoint, internalEndpoint },
    skewSeconds: config.auth.clockSkewSeconds,
    origins: args.origins ?? config.http.allowedOrigins,
  };
  const { tenant, client } = await askTenant(config);
  const asked = args.client ?? client;
  return diagnose(
    await gather(target, {
      timeoutMs: Math.max(TIMEOUT_MS, config.logto.timeoutMs),
      ...(tenant && { tenant }),
      ...(asked && { client: asked }),
      ...(token !== undefined && { token }),
    }),
  );
}
