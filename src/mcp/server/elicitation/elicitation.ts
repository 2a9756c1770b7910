import type {
  ElicitRequestFormParams,
  StandardSchemaV1,
  StandardSchemaWithJSON,
} from '@modelcontextprotocol/server';

/** The part of JSON Schema that a form may use: an object of flat, primitive properties. */
export type FormSchema = ElicitRequestFormParams['requestedSchema'];

/** A question that the client shows as a form. */
export interface FormQuestion<S extends FormSchema | StandardSchemaWithJSON = FormSchema> {
  readonly message: string;
  readonly schema: S;
}

/** A page that the client opens for its user: for whatever must not pass through the client, such as a password. */
export interface UrlQuestion {
  readonly message: string;
  readonly url: string;
}

export type Question = FormQuestion<FormSchema | StandardSchemaWithJSON> | UrlQuestion;

/** What the user did with a question. `accept` of a URL means that the page was opened, not that it was finished. */
export type Elicited<Content> =
  | { readonly action: 'accept'; readonly content: Content }
  | { readonly action: 'decline' | 'cancel'; readonly content?: undefined };

/**
 * Asks the user who sits behind the client, in every revision of the protocol:
 *
 * ```ts
 * const answer = await elicit('confirm', { message: `Delete ${name}?`, schema: z.object({ sure: z.boolean() }) });
 * if (answer.action !== 'accept' || !answer.content.sure) return 'Left alone';
 * ```
 *
 * The handler runs again from its start in each round, with the answers that have come in: what it does before the
 * last question, it does more than once. So ask first, act afterwards; and let the errors that this throws pass.
 * Questions that are awaited together (`Promise.all`) are asked together. The key tells one question of a call from
 * another; a question whose message or schema changes between rounds is a new question and is asked again, as is one
 * whose answer does not fit its schema. An answer is worth as much as the client that gives it.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation
 */
export interface Elicit {
  <S extends StandardSchemaWithJSON>(
    key: string,
    question: FormQuestion<S>,
  ): Promise<Elicited<StandardSchemaV1.InferOutput<S>>>;
  (key: string, question: FormQuestion): Promise<Elicited<Readonly<Record<string, FormValue>>>>;
  (key: string, question: UrlQuestion): Promise<Elicited<undefined>>;
}

type FormValue = string | number | boolean | readonly string[];
