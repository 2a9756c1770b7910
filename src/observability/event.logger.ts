import { ConsoleLogger, type ConsoleLoggerOptions, type LogLevel } from '@nestjs/common';
import type { Config } from '../config/index.js';
import { redactionOf } from './redaction.js';

/** Levels from the least severe up; a level lets through itself and everything after it. */
const LEVELS = ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'] as const;

/** One event, one line, also on a terminal; and no line with a credential in it. */
export class EventLogger extends ConsoleLogger {
  private readonly redacted: (line: string) => string;

  constructor(config: Config, options: ConsoleLoggerOptions = {}) {
    super({
      compact: true,
      breakLength: Number.POSITIVE_INFINITY,
      json: config.environment === 'production',
      colors: false,
      logLevels: LEVELS.slice(LEVELS.findIndex((level) => level === config.log.level)),
      ...options,
    });
    this.redacted = redactionOf(secretsOf(config));
  }

  protected override stringifyJsonLogObject(event: Record<string, unknown>): string {
    return this.redacted(super.stringifyJsonLogObject(event));
  }

  protected override formatMessage(
    ...parameters: [LogLevel, unknown, string, string, string, string, Record<string, unknown>?]
  ): string {
    return this.redacted(super.formatMessage(...parameters));
  }

  /** Nest's type says that there is always one. */
  protected override printStackTrace(stack: string | undefined): void {
    if (stack !== undefined) super.printStackTrace(this.redacted(stack));
  }
}

function secretsOf({ logto, mcp, redis, registration }: Config): (string | undefined)[] {
  const password = redis && decodeURIComponent(new URL(redis.url).password);
  const ofLogto = [logto.management?.clientSecret, logto.webhookSigningKey, registration?.token];
  return [...ofLogto, mcp.secret, mcp.accessToken, redis?.url, password];
}
