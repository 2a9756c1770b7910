const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** An endpoint that clients connect to, and the Express route templates that belong to it. */
export interface ProtectedResource {
  /** Path of the endpoint, e.g. `/mcp`. With the public origin before it, this is the resource identifier. */
  readonly path: string;
  readonly routes: readonly string[];
}

/** A protected resource as the outside sees it. */
export interface ResourceIdentity {
  readonly path: string;
  /** The identifier: what `aud` must contain (RFC 8707) and what the metadata document says of itself. */
  readonly url: string;
  /** Where that document is (RFC 9728 section 3.1: the path goes after the well-known part). */
  readonly metadataUrl: string;
}

/** Which resource a route belongs to. Built from configuration only: no header of a request can change it. */
export class ProtectedResources {
  static readonly metadataRoot = WELL_KNOWN;

  readonly all: readonly ResourceIdentity[];
  /** The resource that stands for the whole server: of routes that no resource lists, and at the root. */
  readonly main: ResourceIdentity;
  private readonly byRoute: ReadonlyMap<string, ResourceIdentity>;

  constructor(publicUrl: string, resources: readonly ProtectedResource[]) {
    for (const { path } of resources)
      if (!isCanonical(path)) throw new TypeError(`Not a resource path: ${path}`);
    const known = resources.map(({ path, routes }) => ({
      identity: { path, url: `${publicUrl}${path}`, metadataUrl: `${publicUrl}${metadataPath(path)}` },
      routes,
    }));
    const [first] = known;
    if (first === undefined) throw new TypeError('At least one protected resource is needed');
    this.main = first.identity;
    this.all = known.map(({ identity }) => identity);
    this.byRoute = new Map(known.flatMap(({ identity, routes }) => routes.map((route) => [route, identity])));
  }

  get urls(): string[] {
    return this.all.map(({ url }) => url);
  }

  /** @param template the route as it was registered, never the raw URL: `/MCP` and `/mcp/` match it too. */
  ofRoute(template: string | undefined): ResourceIdentity {
    return (template === undefined ? undefined : this.byRoute.get(template)) ?? this.main;
  }
}

/** Path of a resource's metadata document at our origin. */
export const metadataPath = (resourcePath: string): string => `${WELL_KNOWN}${resourcePath}`;

/** A path, because clients turn a bare origin into `<origin>/`, which Logto compares byte for byte; no slash at the end. */
const isCanonical = (path: string): boolean => /^(\/[A-Za-z0-9._~-]+)+$/.test(path);
