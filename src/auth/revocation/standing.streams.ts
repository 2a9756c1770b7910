import type { ServerResponse } from 'node:http';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Request } from 'express';
import { Config } from '../../config/index.js';
import { AuthError } from '../auth.errors.js';
import { TokenVerifier } from '../verifiers/token.verifier.js';

/** Tokens that are verified at the same time. */
const CONCURRENCY = 4;

interface Stream {
  readonly response: ServerResponse;
  /** On the clock of `performance.now()`. */
  readonly openedAt: number;
}

/**
 * The streams that stand on an opaque token. Logto can revoke such a token without telling anybody, so it is verified
 * again every `AUTH_CACHE_SECONDS` while its streams stand, and no stream stands longer than a session may live. The
 * tokens stay in this class. There are no more of them than open streams.
 */
@Injectable()
export class StandingStreams implements OnModuleInit, OnApplicationShutdown {
  private readonly byToken = new Map<string, Set<Stream>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: Config,
    private readonly verifier: TokenVerifier,
  ) {}

  onModuleInit(): void {
    const intervalMs = Math.max(1, this.config.auth.cacheSeconds) * 1000;
    this.timer = setInterval(() => void this.verifyAll(), intervalMs).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Watches the response until it is closed. */
  watch(token: string, response: ServerResponse): void {
    const streams = this.byToken.get(token) ?? new Set();
    const stream = { response, openedAt: performance.now() };
    this.byToken.set(token, streams.add(stream));
    response.once('close', () => {
      streams.delete(stream);
      if (streams.size === 0) this.byToken.delete(token);
    });
  }

  private async verifyAll(): Promise<void> {
    const tokens = [...this.byToken.keys()].values();
    const worker = async (): Promise<void> => {
      for (const token of tokens) await this.verify(token);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }

  private async verify(token: string): Promise<void> {
    const oldest = performance.now() - this.config.mcp.sessionMaxSeconds * 1000;
    for (const { response, openedAt } of this.byToken.get(token) ?? [])
      if (openedAt < oldest) response.destroy();
    try {
      await this.verifier.verify(token);
    } catch (error) {
      // A Logto that does not answer says nothing about the token.
      if (!(error instanceof AuthError)) return;
      for (const { response } of this.byToken.get(token) ?? []) response.destroy();
    }
  }
}

/** Whether a request asks for a stream that stands until its client goes. */
export const asksForStream = ({ method, headers }: Request): boolean =>
  method === 'GET' || headers['mcp-method'] === 'subscriptions/listen';
