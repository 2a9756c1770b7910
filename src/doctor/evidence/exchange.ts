/** One request of the doctor and what came of it. Everything in it is somebody else's word. */
export interface Exchange {
  readonly url: string;
  /** Absent: no answer came, and `failure` tells why. */
  readonly answer?: Answer;
  readonly failure?: string;
}

export interface Answer {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the body says when it is a JSON object. */
  readonly json?: Readonly<Record<string, unknown>>;
  /** How far the other clock is ahead of ours, by its `Date`; absent without one. */
  readonly clockOffsetSeconds?: number;
}

export const headerOf = ({ answer }: Exchange, name: string): string | undefined => answer?.headers[name];

/** A string member of a JSON answer. */
export function textOf(exchange: Exchange | undefined, member: string): string | undefined {
  const value = exchange?.answer?.json?.[member];
  return typeof value === 'string' ? value : undefined;
}

/** A list of strings in a JSON answer; empty when it is none. */
export function listOf(exchange: Exchange | undefined, member: string): readonly string[] {
  const value = exchange?.answer?.json?.[member];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export const statusOf = (exchange: Exchange | undefined): number | undefined => exchange?.answer?.status;

/** A document that a client could use: 200, and a JSON object. */
export const isDocument = (exchange: Exchange | undefined): exchange is Exchange =>
  exchange?.answer?.status === 200 && exchange.answer.json !== undefined;
