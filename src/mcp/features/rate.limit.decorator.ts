const RATE = Symbol('mcp:rate');

/** What `@RateLimit` is told. */
export interface RateLimitOptions {
  /** So many calls of one user through one client ... */
  readonly points: number;
  /** ... in so many seconds. */
  readonly perSeconds: number;
}

/**
 * Limits how often one principal may use a tool, a resource or a prompt. Beyond it the caller is told when to try
 * again. Each round of a call that asks its user counts.
 *
 * ```ts
 * @Tool({ name: 'send-mail', description: 'Sends a mail.' })
 * @RateLimit({ points: 5, perSeconds: 60 })
 * ```
 */
export function RateLimit({ points, perSeconds }: RateLimitOptions) {
  for (const value of [points, perSeconds]) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new Error('@RateLimit takes whole numbers from 1 on: { points, perSeconds }');
    }
  }
  return (_target: object, _method: string | symbol, { value }: { readonly value?: unknown }): void => {
    if (typeof value === 'function') Reflect.defineMetadata(RATE, { points, perSeconds }, value);
  };
}

export function rateLimitOf(method: Function): RateLimitOptions | undefined {
  const options: RateLimitOptions | undefined = Reflect.getOwnMetadata(RATE, method);
  return options;
}
