/** Why the agent has no answer, in words that its user may read. */
export class AgentError extends Error {
  constructor(
    readonly code: 'cancelled' | 'refused' | 'state_mismatch' | 'issuer_mismatch' | 'timeout' | 'tool_failed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'AgentError';
  }
}
