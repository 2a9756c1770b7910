import { type DevTenant, signIn } from '../../src/dev-tenant/index.js';
import { freePort } from '../support/free.port.js';
import { runSuite, type SuiteRun } from './suite.runner.js';

/** The line in which the suite asks a person to open a browser. */
const LINK = /^https?:\/\/\S+[?&]response_type=code\S*(?=\n)/m;

/**
 * Runs the suite's part for authorization servers against the tenant, and plays the person it asks for.
 * @param resource what the token is to be for (RFC 8707)
 */
export async function runAuthorizationSuite(tenant: DevTenant, resource: string): Promise<SuiteRun> {
  const port = await freePort();
  let visit: Promise<unknown> | undefined;
  const run = await runSuite(
    '@modelcontextprotocol/conformance',
    // prettier-ignore
    [
      'authorization',
      '--url', tenant.issuer,
      '--client-id', tenant.applications[0]?.id ?? '',
      '--resource', resource,
      '-p', String(port),
    ],
    {
      // Left alone, the suite would wait five minutes for a person who has met an error.
      timeoutMs: 30_000,
      onOutput: (output) => {
        const link = LINK.exec(output)?.[0];
        if (link !== undefined) visit ??= consent(link, tenant).catch((error: unknown) => error);
      },
    },
  );
  const fault = await visit;
  if (fault !== undefined) throw fault;
  return run;
}

async function consent(link: string, { users: [user] }: DevTenant): Promise<void> {
  if (user === undefined) throw new Error('The tenant has no users');
  const request = new URL(link);
  // The suite asks for no scope at all, and Logto grants nothing to an app that asks for nothing (RFC 6749 section 3.3
  // leaves that to the server). Nothing else of the request is touched.
  request.searchParams.set('scope', 'openid profile email');
  const { redirect } = await signIn(request.href, { ...user, decision: 'authorize' });
  await fetch(redirect);
}
