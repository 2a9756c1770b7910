import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWERING_ERAS, type User } from '../support/answering.clients.js';
import { type ConformanceServer, startConformanceServer } from './conformance.server.js';

/** Has an answer to every question of the fixtures. */
const FORM = { username: 'alice', email: 'alice@example.com', name: 'Alice', color: 'blue', ok: true };

let server: ConformanceServer;

beforeAll(async () => {
  server = await startConformanceServer();
}, 120_000);
afterAll(() => server.close());

describe.each(ANSWERING_ERAS)('one handler serves $era', ({ connect }) => {
  const call = async (name: string, args?: Record<string, unknown>) => {
    const asked: unknown[] = [];
    const user: User = {
      elicit: ({ message }) => {
        asked.push(message);
        return { action: 'accept', content: FORM };
      },
      sample: () => 'Paris',
      roots: ['file:///home/alice'],
    };
    const client = await connect(server.origin, server.token, user);
    try {
      const { text, isError } = await client.call(name, args);
      return { text, isError, asked };
    } finally {
      await client.close();
    }
  };

  it('when it asks the user', async () => {
    expect(await call('test_elicitation', { message: 'Who are you?' })).toEqual({
      text: expect.stringContaining('"email":"alice@example.com"'),
      isError: false,
      asked: ['Who are you?'],
    });
  });

  it('when it asks twice, the second time because of the first answer', async () => {
    expect(await call('test_input_required_result_multi_round')).toEqual({
      text: 'Alice likes blue',
      isError: false,
      asked: ['Step 1: What is your name?', 'Step 2: What is your favorite color?'],
    });
  });

  it('when it keeps a state with the client between the rounds', async () => {
    expect(await call('test_input_required_result_request_state')).toEqual({
      text: 'state-ok, confirmed: true',
      isError: false,
      asked: ['Please confirm'],
    });
  });

  it("when it uses the client's model", async () => {
    expect(await call('test_sampling', { prompt: 'What is the capital of France?' })).toEqual({
      text: expect.stringMatching(/^LLM response: .*Paris/),
      isError: false,
      asked: [],
    });
  });

  it("when it looks at the client's roots", async () => {
    expect(await call('test_input_required_result_list_roots')).toEqual({
      text: 'file:///home/alice',
      isError: false,
      asked: [],
    });
  });

  it('when it asks user, model and roots at once', async () => {
    expect(await call('test_input_required_result_multiple_inputs')).toEqual({
      text: expect.stringMatching(/Paris.* Alice, of 1 roots$/),
      isError: false,
      asked: ['What is your name?'],
    });
  });
});
