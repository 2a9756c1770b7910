import type { LoggerService } from '@nestjs/common';

/** A logger that keeps what it is told, one JSON text an event. */
export class LoggedLines implements LoggerService {
  constructor(private readonly lines: string[]) {}

  readonly log = this.keep.bind(this, 'log');
  readonly error = this.keep.bind(this, 'error');
  readonly warn = this.keep.bind(this, 'warn');
  readonly debug = this.keep.bind(this, 'debug');

  private keep(level: string, ...told: unknown[]): void {
    this.lines.push(JSON.stringify([level, ...told]));
  }
}
