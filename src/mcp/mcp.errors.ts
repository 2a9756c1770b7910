import { IntrinsicException } from '@nestjs/common';

/**
 * Thrown by a tool to tell its caller something, best with the cure in it. The message reaches the model word for
 * word; whatever else a tool throws is masked.
 */
export class ToolError extends IntrinsicException {
  readonly code = 'tool_error';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ToolError';
  }
}

/** Thrown by a `CallLimiter`: the call may begin later. It says nothing about the feature that was called. */
export class CallLimitError extends ToolError {
  constructor(message: string) {
    super(message);
    this.name = 'CallLimitError';
  }
}

/** What the JSON-RPC error of a refusal carries beside code and message. */
export interface RefusalDetails {
  /** Of the request that is refused; absent: that of the message in the body; null: it cannot be used. */
  readonly id?: string | number | null;
  readonly data?: unknown;
}

/** A refusal at the HTTP level: a JSON-RPC error where the id of the request is known. */
export class McpHttpError extends IntrinsicException {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly details: RefusalDetails = {},
  ) {
    super(message);
    this.name = 'McpHttpError';
  }
}

/** Unknown, ended, or somebody else's: the answer is the same, so that nobody can probe for sessions. */
export class SessionNotFoundError extends McpHttpError {
  constructor() {
    super(404, -32001, 'Session not found');
  }
}
