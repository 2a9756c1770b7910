import { AgentError } from './agent.errors.js';

/** A failure in one line. What `fetch` and others hide in the innermost cause is what a reader needs. */
export function said(failure: unknown): string {
  if (!(failure instanceof Error)) return 'an unknown failure';
  if (failure instanceof AgentError || !(failure.cause instanceof Error)) return failure.message;
  let innermost = failure.cause;
  while (innermost.cause instanceof Error) innermost = innermost.cause;
  return `${failure.message}: ${innermost.message}`;
}
