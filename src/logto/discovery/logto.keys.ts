import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { createLocalJWKSet, type FlattenedJWSInput, importJWK, type JWTVerifyGetKey } from 'jose';
import { Config } from '../../config/index.js';
import { boundedFetch } from '../http/bounded.fetch.js';
import { SingleFlight } from '../http/single.flight.js';
import { describeFailure, UpstreamLog } from '../http/upstream.log.js';
import { LogtoUnavailableError, type UnavailableReason } from '../logto.errors.js';
import { jwksSchema } from './jwks.schema.js';
import { LogtoDiscovery } from './logto.discovery.js';
import { RefreshLoop } from './refresh.loop.js';
import { type RefreshStatus, refreshStatus } from './refresh.status.js';

const MAX_BYTES = 512 * 1024;
const START_WAIT_MS = 1_000;
const COOLDOWN_MS = 30_000;

/** What a key without `alg` is for: its curve says, or that it is RSA. */
const ALGORITHM_OF: Readonly<Record<string, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  RSA: 'RS256',
};

interface KeySet {
  /** When Logto was asked for it, on the clock of `performance.now()`, which nobody sets. */
  readonly askedAt: number;
  readonly kids: ReadonlySet<string>;
  readonly getKey: JWTVerifyGetKey;
}

/**
 * Logto's signing keys. jose's remote set drops its keys when Logto does not answer for ten minutes; here the last good
 * set stays until Logto itself replaces it.
 */
@Injectable()
export class LogtoKeys implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new UpstreamLog(LogtoKeys.name);
  private readonly flight = new SingleFlight<void>();
  private readonly loop: RefreshLoop;
  private current: KeySet | undefined;
  private lastError: UnavailableReason | undefined;
  private lastAskedForKid = -Infinity;

  constructor(
    private readonly config: Config,
    private readonly discovery: LogtoDiscovery,
  ) {
    this.loop = new RefreshLoop(async () => {
      await this.discovery.whenKnown();
      await this.refresh();
    }, config.logto.refreshSeconds * 1000);
  }

  async onModuleInit(): Promise<void> {
    await this.loop.start(START_WAIT_MS);
  }

  onApplicationShutdown(): void {
    this.loop.stop();
  }

  /**
   * For `jwtVerify` and mcp-auth's `createVerifyJwt`. Rejects with jose's `JWKSNoMatchingKey` when Logto was asked since
   * the token was made and does not know the key, with {@link LogtoUnavailableError} when it could not be asked.
   */
  readonly getKey: JWTVerifyGetKey = async (header, token) => {
    if (this.current === undefined) throw new LogtoUnavailableError('not_yet_known');
    const { kid } = header;
    if (typeof kid === 'string') await this.findKid(kid, issuedAt(token));
    return this.current.getKey(header, token);
  };

  status(): RefreshStatus {
    return refreshStatus(this.current !== undefined, this.lastError);
  }

  /** Asks now. Whatever goes wrong, the last good set stays. */
  refresh(): Promise<void> {
    return this.flight.run('keys', () => this.read());
  }

  /**
   * Returns when the set at hand decides. Anybody can invent a kid, so however many come, Logto is asked once in a while;
   * until then nobody can say whether a key of a young token is new or invented.
   */
  private async findKid(kid: string, tokenMadeAt: number): Promise<void> {
    if (this.isDecidedFor(kid, tokenMadeAt)) return;
    const now = performance.now();
    if (now - this.lastAskedForKid >= COOLDOWN_MS) {
      this.lastAskedForKid = now;
      return this.refresh();
    }
    await this.flight.join('keys');
    if (this.isDecidedFor(kid, tokenMadeAt)) return;
    if (this.lastError !== undefined) throw new LogtoUnavailableError(this.lastError);
    const retryAfterSeconds = Math.ceil((this.lastAskedForKid + COOLDOWN_MS - now) / 1000);
    throw new LogtoUnavailableError('key_not_yet_asked_for', { retryAfterSeconds });
  }

  /** A set that is younger than the token would hold its key: Logto publishes a key before it signs with it. */
  private isDecidedFor(kid: string, tokenMadeAt: number): boolean {
    const { current, config } = this;
    if (current === undefined || current.kids.has(kid)) return true;
    const askedAt = Date.now() - (performance.now() - current.askedAt);
    return askedAt - config.auth.clockSkewSeconds * 1000 > tokenMadeAt;
  }

  private async read(): Promise<void> {
    const askedAt = performance.now();
    try {
      const answer = await boundedFetch({
        url: this.discovery.metadata().backChannel.jwks,
        timeoutMs: this.config.logto.timeoutMs,
        maxBytes: MAX_BYTES,
      });
      if (answer.status !== 200) throw new LogtoUnavailableError('unexpected_answer');
      this.current = await keySetOf(answer.body, askedAt);
      this.lastError = undefined;
    } catch (error) {
      const failure = describeFailure(error);
      this.lastError = failure.reason;
      this.log.warn({ event: 'logto.keys_failed', ...failure });
      throw error;
    }
  }
}

async function keySetOf(body: unknown, askedAt: number): Promise<KeySet> {
  const parsed = jwksSchema.safeParse(body);
  if (!parsed.success) throw new LogtoUnavailableError('invalid_keys', { cause: parsed.error });
  // jose imports a key when a token names it. A set of unusable ones would by then have replaced the last good set.
  const usable = await Promise.allSettled(
    parsed.data.keys.map((key) => importJWK(key, key.alg ?? ALGORITHM_OF[key.crv ?? key.kty])),
  );
  const keys = parsed.data.keys.filter((key, at) => usable[at]?.status === 'fulfilled' && key.use !== 'enc');
  if (keys.length === 0) throw new LogtoUnavailableError('invalid_keys');
  return {
    askedAt,
    kids: new Set(keys.flatMap(({ kid }) => kid ?? [])),
    getKey: createLocalJWKSet({ keys }),
  };
}

/** What the token says of its age, in milliseconds. Not verified: it decides between 401 and 503, never for 200. */
function issuedAt({ payload }: FlattenedJWSInput): number {
  try {
    const { iat }: { iat?: unknown } = JSON.parse(Buffer.from(String(payload), 'base64url').toString());
    // It may always have been made a moment ago.
    return typeof iat === 'number' ? iat * 1000 : Infinity;
  } catch {
    return Infinity;
  }
}
