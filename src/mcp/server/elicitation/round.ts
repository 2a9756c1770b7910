import {
  inputRequired,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  type RequestStateAccessor,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { AskedQuestion } from './asked.question.js';
import type { Elicit, Elicited, Question } from './elicitation.js';
import { InputNeeded } from './input.needed.js';
import type { AnswerRegistry } from './answer.registry.js';
import { type RoundState, type StateSeal, TTL_SECONDS } from './state.seal.js';

type Answer = RoundState['answers'][string];

/**
 * One run of a handler that may ask its user. Where the question ends the run (2026-07-28), the answers come with the
 * next request; in a session the SDK asks at once and runs the handler again. Both look the same from here.
 */
export class Round {
  private readonly answers = new Map<string, Answer>();
  private readonly open = new Map<string, AskedQuestion>();
  private readonly keys = new Map<string, AskedQuestion['digest']>();
  private broken = false;
  private seals: StateSeal | undefined;
  private value: unknown;
  private stateId: string | undefined;

  /** @param binding whom and which call the state belongs to; asked for only when there is a state */
  constructor(
    private readonly ctx: ServerContext,
    private readonly binding: () => string,
  ) {}

  /** @throws {ProtocolError} when the client brings a state that is not ours, or not for this call */
  async begin(seals: StateSeal): Promise<void> {
    this.seals = seals;
    const sealed = this.ctx.mcpReq.requestState();
    if (typeof sealed !== 'string') return;
    const { id, value, asked, answers } = await seals.open(sealed, this.binding(), this.ctx);
    this.stateId = id;
    this.value = value;
    for (const [key, answer] of Object.entries(answers)) this.answers.set(key, answer);
    // Only an answer to a question that was asked counts: the rest of what a client sends was not asked for.
    for (const [key, digest] of Object.entries(asked)) {
      const response = this.ctx.mcpReq.inputResponses?.[key];
      if (response !== undefined) this.answers.set(key, { digest, response });
    }
  }

  /**
   * Marks the answers that came with this request as used: sent twice, they would act twice.
   * @throws {ProtocolError} -32602 when they were used before
   */
  async useAnswers(registry: AnswerRegistry, owner: string): Promise<void> {
    if (this.stateId === undefined || (await registry.use(this.stateId, owner, TTL_SECONDS))) return;
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      'This answer was used already: make the call again from its start',
    );
  }

  // One body for the three ways to ask; which content belongs to which question is what its overloads say.
  readonly elicit = ((key: string, question: Question): Promise<Elicited<unknown>> => {
    const answered = this.answer(key, new AskedQuestion(question));
    // A handler may ask two questions before it awaits the first, and the second must not count as unhandled.
    answered.catch(() => undefined);
    return answered;
  }) as Elicit;

  // The handler says what it has sealed; that nobody has changed it is proven.
  readonly requestState: RequestStateAccessor = () => this.value as never;

  readonly sealState = (value: unknown): Promise<string> => {
    this.value = value;
    return this.seal();
  };

  /** @returns the questions to ask before the handler can run to its end, if there are any */
  async questions(): Promise<InputRequiredResult | undefined> {
    if (this.open.size === 0 || this.broken) return undefined;
    const inputRequests = Object.fromEntries([...this.open].map(([key, { request }]) => [key, request]));
    return inputRequired({ inputRequests, requestState: await this.seal() });
  }

  private async answer(key: string, question: AskedQuestion): Promise<Elicited<unknown>> {
    this.claim(key, question);
    const known = this.answers.get(key);
    if (known?.digest === question.digest) {
      const answer = await question.read(known.response);
      if (answer !== undefined) return answer;
    }
    this.open.set(key, question);
    throw new InputNeeded(key);
  }

  /** Two questions under one key would be asked in turns, and never both be answered. */
  private claim(key: string, { digest }: AskedQuestion): void {
    const claimed = this.keys.get(key) ?? digest;
    this.keys.set(key, claimed);
    if (claimed === digest) return;
    this.broken = true;
    throw new Error(`Two questions of one call share the key "${key}"`);
  }

  private seal(): Promise<string> {
    if (this.seals === undefined) throw new Error('A state is sealed only while the handler runs');
    const asked = Object.fromEntries([...this.open].map(([key, { digest }]) => [key, digest]));
    const state = { value: this.value, asked, answers: Object.fromEntries(this.answers) };
    return this.seals.seal(state, this.binding());
  }
}
