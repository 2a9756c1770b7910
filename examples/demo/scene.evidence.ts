import type { AgentAnswer } from '../agent/agent.js';
import type { Visit } from './played.user.js';
import type { Exchange } from './wire.recorder.js';

/** Whom the demo signs in, as the tenant knows them. */
export interface KnownUser {
  readonly id: string;
  readonly name?: string;
  readonly primaryEmail?: string;
}

/** The two parties that the agent finds by itself, as the demo started them. */
export interface Stage {
  /** Origin of the server. */
  readonly publicUrl: string;
  readonly issuer: string;
  readonly user: KnownUser;
}

/** Everything that can be seen of a scene from outside. */
export interface Evidence {
  readonly exchanges: readonly Exchange[];
  readonly visit: Visit | undefined;
  readonly answer: AgentAnswer | undefined;
  readonly failure: unknown;
}

/** One thing that happened, in words, and whether it was right. */
export interface Step {
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
}
