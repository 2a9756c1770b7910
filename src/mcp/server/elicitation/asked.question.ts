import { createHash } from 'node:crypto';
import {
  inputRequired,
  inputResponse,
  type InputRequest,
  type StandardSchemaV1,
  type StandardSchemaWithJSON,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Elicited, FormSchema, Question } from './elicitation.js';

// Converting a schema costs more than asking, and a handler asks again in each round.
const forms = new WeakMap<object, FormSchema>();

/** A question as it goes over the wire, and what its answers must be like. */
export class AskedQuestion {
  readonly request: InputRequest;
  /** What an answer belongs to: the words and the fields. Not the URL, which may well carry a fresh nonce. */
  readonly digest: string;
  private readonly schema: StandardSchemaV1 | undefined;

  constructor(question: Question) {
    const { message } = question;
    if ('url' in question) {
      this.request = inputRequired.elicitUrl({ message, url: question.url });
      this.digest = digestOf([message]);
      return;
    }
    const form = formOf(question.schema);
    this.schema = isStandard(question.schema) ? question.schema : z.fromJSONSchema({ ...form });
    this.request = inputRequired.elicit({ message, requestedSchema: form });
    this.digest = digestOf([message, form]);
  }

  /** @returns nothing when this is no answer to the question */
  async read(response: unknown): Promise<Elicited<unknown> | undefined> {
    const view = inputResponse({ response }, 'response');
    if (view.kind !== 'elicit') return undefined;
    if (view.action !== 'accept') return { action: view.action };
    if (this.schema === undefined) return { action: 'accept', content: undefined };
    const checked = await this.schema['~standard'].validate(view.content ?? {});
    return checked.issues === undefined ? { action: 'accept', content: checked.value } : undefined;
  }
}

function formOf(schema: FormSchema | StandardSchemaWithJSON): FormSchema {
  if (!isStandard(schema)) return schema;
  const known = forms.get(schema);
  if (known !== undefined) return known;
  const { params } = inputRequired.elicit({ message: '', requestedSchema: schema });
  // The builder of a form puts the converted schema there; its return type covers the other requests too.
  const form = (params as { requestedSchema: FormSchema }).requestedSchema;
  forms.set(schema, form);
  return form;
}

const isStandard = (schema: FormSchema | StandardSchemaWithJSON): schema is StandardSchemaWithJSON =>
  '~standard' in schema;

const digestOf = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
