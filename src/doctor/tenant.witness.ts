import { Logger } from '@nestjs/common';
import type { Config } from '../config/index.js';
import {
  LogtoDiscovery,
  LogtoUnavailableError,
  ManagementRefusedError,
  ManagementToken,
  TenantClient,
} from '../logto/index.js';
import type { ProbeClient } from './evidence/authorize.walk.js';
import type { TenantEvidence } from './evidence/evidence.js';

export interface TenantWitness {
  readonly tenant?: TenantEvidence;
  /** A third-party app of the tenant, in whose name Logto can be asked. */
  readonly client?: ProbeClient;
}

/** What the Management API knows, where there are credentials for it. Reads only. */
export async function askTenant(config: Config): Promise<TenantWitness> {
  if (config.logto.management === undefined || config.devTenant !== undefined) return {};
  // What they would log is said in the findings.
  Logger.overrideLogger(false);
  const discovery = new LogtoDiscovery(config);
  try {
    await discovery.refresh();
  } catch {
    // Named already by what the walk itself finds there.
    return {};
  }
  const client = new TenantClient(config, new ManagementToken(config, discovery));
  try {
    const indicators = (await client.resources()).map(({ indicator }) => indicator);
    const app = (await client.applications()).find(
      (one) => one.isThirdParty && redirectOf(one) !== undefined,
    );
    const redirectUri = app && redirectOf(app);
    return {
      tenant: { indicators },
      ...(app && redirectUri !== undefined && { client: { id: app.id, redirectUri } }),
    };
  } catch (error) {
    return { tenant: { indicators: [], refused: reasonOf(error) } };
  }
}

/** A wildcard is no place to send anybody. */
const redirectOf = (app: Awaited<ReturnType<TenantClient['applications']>>[number]): string | undefined =>
  app.oidcClientMetadata.redirectUris.find((uri) => !uri.includes('*'));

function reasonOf(error: unknown): string {
  if (error instanceof ManagementRefusedError) return `${error.request}: ${error.status}`;
  if (error instanceof LogtoUnavailableError) return error.reason;
  throw error;
}
