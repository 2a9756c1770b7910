import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { createLocalJWKSet, importJWK, type JWTVerifyGetKey } from 'jose';
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
   * For `jwtVerify` and mcp-auth's `createVerifyJwt`. Rejects with jose's `JWKSNoMatchingKey` when Logto was asked and
   * does not know the key, with {@link LogtoUnavailableError} when it could not be asked.
   */
  readonly getKey: JWTVerifyGetKey = async (header, token) => {
    if (this.current === undefined) throw new LogtoUnavailableError('not_yet_known');
    const { kid } = header;
    if (typeof kid === 'string' && !this.current.kids.has(kid)) await this.askForUnknownKid();
    return this.current.getKey(header, token);
  };

  status(): RefreshStatus {
    return refreshStatus(this.current !== undefined, this.lastError);
  }

  /** Asks now. Whatever goes wrong, the last good set stays. */
  refresh(): Promise<void> {
    return this.flight.run('keys', () => this.read());
  }

  /** Anybody can invent a kid, so however many come, Logto is asked once in a while. */
  private async askForUnknownKid(): Promise<void> {
    const now = performance.now();
    if (now - this.lastAskedForKid >= COOLDOWN_MS) {
      this.lastAskedForKid = now;
      await this.refresh();
      return;
    }
    await this.flight.join('keys');
    // Logto did not answer the last question, so nobody can say whether it knows this key.
    if (this.lastError !== undefined) throw new LogtoUnavailableError(this.lastError);
  }

  private async read(): Promise<void> {
    try {
      const answer = await boundedFetch({
        url: this.discovery.metadata().backChannel.jwks,
        timeoutMs: this.config.logto.timeoutMs,
        maxBytes: MAX_BYTES,
      });
      if (answer.status !== 200) throw new LogtoUnavailableError('unexpected_answer');
      this.current = await keySetOf(answer.body);
      this.lastError = undefined;
    } catch (error) {
      const failure = describeFailure(error);
      this.lastError = failure.reason;
      this.log.warn({ event: 'logto.keys_failed', ...failure });
      throw error;
    }
  }
}

async function keySetOf(body: unknown): Promise<KeySet> {
  const parsed = jwksSchema.safeParse(body);
  if (!parsed.success) throw new LogtoUnavailableError('invalid_keys', { cause: parsed.error });
  // jose imports a key when a token names it. A set of unusable ones would by then have replaced the last good set.
  const usable = await Promise.allSettled(
    parsed.data.keys.map((key) => importJWK(key, key.alg ?? ALGORITHM_OF[key.crv ?? key.kty])),
  );
  const keys = parsed.data.keys.filter((key, at) => usable[at]?.status === 'fulfilled' && key.use !== 'enc');
  if (keys.length === 0) throw new LogtoUnavailableError('invalid_keys');
  return { kids: new Set(keys.flatMap(({ kid }) => kid ?? [])), getKey: createLocalJWKSet({ keys }) };
}
