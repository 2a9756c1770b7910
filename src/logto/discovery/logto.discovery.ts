import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { boundedFetch } from '../http/bounded.fetch.js';
import { SingleFlight } from '../http/single.flight.js';
import { describeFailure, UpstreamLog } from '../http/upstream.log.js';
import { LogtoUnavailableError, type UnavailableReason } from '../logto.errors.js';
import { readDocument } from './discovery.document.js';
import type { LogtoMetadata } from './logto.metadata.js';
import { RefreshLoop } from './refresh.loop.js';
import { type RefreshStatus, refreshStatus } from './refresh.status.js';

const MAX_BYTES = 512 * 1024;
const START_WAIT_MS = 1_000;

/** Logto's metadata: the last good answer, read again in the background, kept for as long as no better one comes. */
@Injectable()
export class LogtoDiscovery implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new UpstreamLog(LogtoDiscovery.name);
  private readonly flight = new SingleFlight<void>();
  private readonly loop: RefreshLoop;
  private current: LogtoMetadata | undefined;
  private lastError: UnavailableReason | undefined;
  private readonly firstAnswer: Promise<void>;
  private announceFirstAnswer: () => void = () => undefined;

  constructor(private readonly config: Config) {
    this.firstAnswer = new Promise((resolve) => {
      this.announceFirstAnswer = resolve;
    });
    this.loop = new RefreshLoop(() => this.refresh(), config.logto.refreshSeconds * 1000);
  }

  /** A healthy Logto is known when this returns; a dead one does not hinder the start. */
  async onModuleInit(): Promise<void> {
    await this.loop.start(START_WAIT_MS);
  }

  onApplicationShutdown(): void {
    this.loop.stop();
  }

  /** @throws {LogtoUnavailableError} while nothing is known yet */
  metadata(): LogtoMetadata {
    if (this.current === undefined) throw new LogtoUnavailableError('not_yet_known');
    return this.current;
  }

  /** Resolves once metadata can be had: for those who, unlike a request, have the time to wait. */
  whenKnown(): Promise<void> {
    return this.firstAnswer;
  }

  status(): RefreshStatus {
    return refreshStatus(this.current !== undefined, this.lastError);
  }

  /** Asks now. Whatever goes wrong, the last good answer stays. */
  refresh(): Promise<void> {
    return this.flight.run('discovery', () => this.read());
  }

  private async read(): Promise<void> {
    const { logto } = this.config;
    try {
      const answer = await boundedFetch({
        url: `${logto.internalEndpoint}${new URL(logto.issuer).pathname}/.well-known/openid-configuration`,
        timeoutMs: logto.timeoutMs,
        maxBytes: MAX_BYTES,
      });
      if (answer.status !== 200) throw new LogtoUnavailableError('unexpected_answer');
      this.current = await readDocument(answer.body, logto);
      this.lastError = undefined;
      this.announceFirstAnswer();
    } catch (error) {
      const failure = describeFailure(error);
      this.lastError = failure.reason;
      this.log.warn({ event: 'logto.discovery_failed', ...failure });
      throw error;
    }
  }
}
