import {
  type InputRequest,
  type InputRequests,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';

/** A handler that asks without end is broken, and each question is kept for as long as its task. */
const MAX_QUESTIONS = 100;

/** Makes a client's response what the handler waits for; `undefined` when it is no answer to this question. */
export type ReadAnswer<Answer> = (response: unknown) => Promise<Answer | undefined>;

interface Question {
  readonly request: InputRequest;
  /** Reads a response without accepting it; what it returns does that. */
  readonly read: (response: unknown) => Promise<(() => void) | undefined>;
  readonly reject: (reason: unknown) => void;
  readonly answer: Promise<unknown>;
  open: boolean;
}

/** What a running task has asked its client, and has been told. A key names one question for the task's whole life. */
export class TaskQuestions {
  private readonly questions = new Map<string, Question>();

  /** Waits for the answer. To ask again under the same key is the same question, as when a handler runs anew. */
  ask<Answer>(key: string, request: InputRequest, read: ReadAnswer<Answer>): Promise<Answer> {
    // The same question of the same handler, and so an answer of the same type.
    const known = this.questions.get(key)?.answer as Promise<Answer> | undefined;
    if (known !== undefined) return known;
    if (this.questions.size >= MAX_QUESTIONS) {
      throw new Error(`A task may ask no more than ${MAX_QUESTIONS} questions`);
    }
    return this.open(key, request, read);
  }

  get waiting(): boolean {
    return this.pending().length > 0;
  }

  requests(): InputRequests {
    return Object.fromEntries(this.pending().map(([key, { request }]) => [key, request]));
  }

  /**
   * Passes answers on to whoever waits for them. Those to unknown and answered questions are ignored, as the extension
   * wants it; one that an open question cannot take refuses them all, and the client may mend what it sent.
   * @returns whether any question was answered
   * @throws {ProtocolError} -32602
   */
  async answer(responses: Readonly<Record<string, unknown>>): Promise<boolean> {
    const addressed = this.pending().filter(([key]) => Object.hasOwn(responses, key));
    const accepts = await Promise.all(
      addressed.map(async ([key, { read }]) => {
        const accept = await read(responses[key]);
        if (accept !== undefined) return accept;
        throw new ProtocolError(
          ProtocolErrorCode.InvalidParams,
          `The response to "${key}" does not answer it`,
        );
      }),
    );
    for (const accept of accepts) accept();
    return accepts.length > 0;
  }

  /** Ends the waiting of a handler whose task is over. */
  abandon(reason: unknown): void {
    for (const [, question] of this.pending()) {
      question.open = false;
      question.reject(reason);
    }
  }

  private open<Answer>(key: string, request: InputRequest, read: ReadAnswer<Answer>): Promise<Answer> {
    const { promise, resolve, reject } = deferred<Answer>();
    // A handler that has gone away awaits this no more, and nobody else does.
    promise.catch(() => undefined);
    const question: Question = {
      request,
      answer: promise,
      reject,
      open: true,
      read: async (response) => {
        const answer = await read(response);
        if (answer === undefined) return undefined;
        return () => {
          question.open = false;
          resolve(answer);
        };
      },
    };
    this.questions.set(key, question);
    return promise;
  }

  private pending(): [string, Question][] {
    return [...this.questions].filter(([, { open }]) => open);
  }
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
