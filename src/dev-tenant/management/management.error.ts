import type { ErrorRequestHandler } from 'express';
import { Logger } from '@nestjs/common';
import type { z } from 'zod';

const logger = new Logger('DevTenant');

/** An error of the Management API, with Logto's code. */
export class ManagementError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ManagementError';
  }
}

export const invalidInput = (type: string) =>
  new ManagementError(400, 'guard.invalid_input', `The request ${type} is invalid.`);

export const notFound = (kind: string, id: string) =>
  new ManagementError(404, 'entity.not_exists_with_id', `The ${kind} with ID \`${id}\` does not exist.`);

/** A loop in a test must not eat the machine. */
export const tooMany = () =>
  new ManagementError(403, 'system_limit.limit_exceeded', 'The tenant holds too many of these.');

/** @throws {ManagementError} 400 when the body is not what the schema says */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw invalidInput('body');
}

const isClientFault = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500;

// Express knows an error handler by its four parameters.
export const managementErrors: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
  // What the JSON parser refuses carries a status too, and is the caller's fault.
  const known =
    error instanceof ManagementError ? error : isClientFault(error) ? invalidInput('body') : undefined;
  if (!known) logger.error(error);
  res
    .status(known?.status ?? 500)
    .json({ code: known?.code ?? 'unknown', message: known?.message ?? 'Internal server error.' });
};
