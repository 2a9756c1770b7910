import type { IncomingMessage } from 'node:http';
import type { Config } from '../config/index.js';
import { headerRefusal } from './header.policy.js';
import { HostPolicy } from './host.policy.js';
import { originsOf } from './origin.policy.js';
import type { Refusal } from './refusal.js';
import { isOpenDocument, readTarget, type RequestTarget } from './request.target.js';

const HEALTH_PATH = '/health/';
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const BAD_TARGET: Refusal = {
  status: 400,
  error: 'invalid_request',
  description: 'The request target is not one',
};
// RFC 9110 section 9.3.8: TRACE would show a page the credentials that the browser adds.
const BAD_METHOD: Refusal = {
  status: 405,
  error: 'method_not_allowed',
  description: 'Nothing here is done with this method',
  headers: { Allow: METHODS.join(', ') },
};
const FOREIGN_ORIGIN: Refusal = {
  status: 403,
  error: 'forbidden_origin',
  description: 'This Origin is not allowed',
};

/** Refuses what no route should have to think about, on the request line and the headers alone. */
export class Gate {
  private readonly hosts: HostPolicy;
  private readonly origins: readonly string[];

  constructor(http: Config['http']) {
    this.hosts = new HostPolicy(http.publicUrl, http.allowedHosts);
    this.origins = originsOf(http);
  }

  /** Lets a request pass, with its target in the one form that routes know, or says why not. */
  admit(req: IncomingMessage): Refusal | undefined {
    const refusal = this.refusal(req);
    // Whoever sends such a thing may mean something else by the bytes that follow.
    return refusal && { ...refusal, headers: { ...refusal.headers, Connection: 'close' } };
  }

  private refusal(req: IncomingMessage): Refusal | undefined {
    const byHeaders = headerRefusal(req);
    if (byHeaders !== undefined) return byHeaders;
    const target = readTarget(req.method, req.url ?? '');
    if (target === undefined) return BAD_TARGET;
    const byHost = this.hostRefusal(req.headers.host, target);
    if (byHost !== undefined) return byHost;
    if (!METHODS.includes(req.method ?? '')) return BAD_METHOD;
    const { origin } = req.headers;
    const isForeign = origin !== undefined && !this.origins.includes(origin);
    if (isForeign && !isOpenDocument(target.path)) return FOREIGN_ORIGIN;
    req.url = target.path;
    return undefined;
  }

  private hostRefusal(host: string | undefined, { path, authority }: RequestTarget): Refusal | undefined {
    // Load balancers probe in HTTP/1.0 without Host. A browser, and so a rebound page, always sends one.
    const isProbe = (host === undefined || host === '') && path.startsWith(HEALTH_PATH);
    const refusal = isProbe ? undefined : this.hosts.refusal(host);
    return refusal ?? (authority === undefined ? undefined : this.hosts.refusal(authority));
  }
}
