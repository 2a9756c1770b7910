import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';

/** Seam: which answers of users have been acted upon. Nodes that serve the same clients must share it. */
export abstract class AnswerRegistry {
  /**
   * Marks an answer as used.
   * @param id of the request state that the answer came with
   * @param owner whose answer it is; nobody can use up the room of others
   * @param seconds how long the state is valid, and so how long the mark must last
   * @returns false when it was used before
   * @throws {ProtocolError} when it cannot be marked: an answer that is not marked is not acted upon
   */
  abstract use(id: string, owner: string, seconds: number): Promise<boolean>;
}

/** About 200 bytes each. */
const MAX_ANSWERS = 50_000;
const MAX_ANSWERS_PER_OWNER = 1_000;

interface Mark {
  readonly owner: string;
  /** On the clock of `performance.now()`. */
  readonly until: number;
}

/** Answers used in this process. When it is full it refuses, and does not forget. */
export class MemoryAnswerRegistry extends AnswerRegistry {
  /** In the order of their ends, because all of them last equally long. */
  private readonly marks = new Map<string, Mark>();
  private readonly perOwner = new Map<string, number>();

  get size(): number {
    return this.marks.size;
  }

  async use(id: string, owner: string, seconds: number, now = performance.now()): Promise<boolean> {
    this.forgetOver(now);
    if (this.marks.has(id)) return false;
    const own = this.perOwner.get(owner) ?? 0;
    if (own >= MAX_ANSWERS_PER_OWNER || this.marks.size >= MAX_ANSWERS) throw answersUnavailable();
    this.marks.set(id, { owner, until: now + seconds * 1000 });
    this.perOwner.set(owner, own + 1);
    return true;
  }

  private forgetOver(now: number): void {
    for (const [id, { owner, until }] of this.marks) {
      if (until > now) return;
      this.marks.delete(id);
      const left = (this.perOwner.get(owner) ?? 1) - 1;
      if (left > 0) this.perOwner.set(owner, left);
      else this.perOwner.delete(owner);
    }
  }
}

/** The client may send the same answer again later. */
export const answersUnavailable = (): ProtocolError =>
  new ProtocolError(
    ProtocolErrorCode.InternalError,
    'The answer cannot be taken now; send it again in a minute',
  );
