import { AgentError } from '../agent/agent.errors.js';

/** A failure in one line. What `fetch` and others hide in the cause is what a reader needs. */
export function said(failure: unknown): string {
  if (!(failure instanceof Error)) return 'an unknown failure';
  if (failure instanceof AgentError || !(failure.cause instanceof Error)) return failure.message;
  return `${failure.message}: ${failure.cause.message}`;
}
