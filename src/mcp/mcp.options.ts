/** What a host decides about the engine. Times are in milliseconds. */
export abstract class McpOptions {
  abstract readonly name: string;
  abstract readonly version: string;
  abstract readonly title?: string;
  /** Told to every client: what this server is for. */
  abstract readonly instructions?: string;
  /** Serve the HTTP+SSE transport of 2024-11-05. */
  abstract readonly sse: boolean;
  /** Origins a browser may call from. Requests without an Origin header are no browser's and pass. */
  abstract readonly allowedOrigins: readonly string[];
  abstract readonly maxBodyBytes: number;
  abstract readonly toolTimeoutMs: number;
  abstract readonly keepAliveMs: number;
  abstract readonly sessions: {
    readonly idleMs: number;
    readonly maxAgeMs: number;
    readonly max: number;
    readonly maxPerPrincipal: number;
  };
}
