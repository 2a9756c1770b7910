import { Child, compiled } from './child.js';

export const MANAGEMENT = {
  clientId: 'mcp-server',
  clientSecret: 'management-secret-of-the-bench',
  resource: 'https://default.logto.app/api',
};
/** What the servers call themselves. Tokens name it, and nobody has to find it. */
export const PUBLIC_URL = 'https://mcp.example.com';

/** What the driver asks the identity process for. */
export type IdentityRequest =
  | { readonly do: 'start' }
  | { readonly do: 'tokens'; readonly path?: string; readonly count: number }
  | { readonly do: 'delay'; readonly milliseconds: number }
  | { readonly do: 'count' };

/** Where the identity provider is. */
export interface Identity {
  readonly endpoint: string;
  readonly issuer: string;
  /** The way of the servers to it, which can be slowed down and is counted. */
  readonly internal: string;
}

/** The identity provider in its own process. */
export class IdentityProvider {
  private constructor(
    private readonly child: Child,
    readonly where: Identity,
  ) {}

  static async start(): Promise<IdentityProvider> {
    const child = Child.start(compiled('identity.process.js'), 1, { NODE_ENV: 'test' });
    return new IdentityProvider(child, await child.request<Identity>({ do: 'start' }));
  }

  /** @param path of the endpoint they are for; without one they are opaque */
  tokens(count: number, path?: string): Promise<string[]> {
    return this.request<string[]>({ do: 'tokens', count, ...(path !== undefined && { path }) });
  }

  async delay(milliseconds: number): Promise<void> {
    await this.request({ do: 'delay', milliseconds });
  }

  /** What the servers have asked since the last time. */
  count(): Promise<number> {
    return this.request<number>({ do: 'count' });
  }

  stop(): Promise<void> {
    return this.child.stop();
  }

  private request<Result>(request: IdentityRequest): Promise<Result> {
    return this.child.request<Result>(request);
  }
}
