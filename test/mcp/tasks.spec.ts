import { Injectable } from '@nestjs/common';
import { inputRequired, ProtocolError } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type McpContext, Tool, ToolError } from '../../src/mcp/index.js';
import { ERAS } from '../support/clients.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { INITIALIZE, initialize, send } from '../support/raw.js';
import { FOLLOWER, TaskClient, TASKS } from '../support/task.client.js';

const Sure = z.object({ sure: z.boolean() });
const Name = z.object({ name: z.string() });
const accept = (content: object) => ({ action: 'accept', content });

/** Promises that the tests keep, so that a tool goes on when a test wants it to. */
class Gate {
  private pass: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.pass = resolve;
  });
  open = () => this.pass();
}

let gate = new Gate();
let runs = 0;

@Injectable()
class Jobs {
  @Tool({ name: 'optional', description: 'May be a task.', task: 'optional' })
  optional() {
    return { done: true };
  }

  @Tool({ name: 'required', description: 'Is always a task.', task: 'required' })
  required() {
    return 'done';
  }

  @Tool({ name: 'plain', description: 'Is never a task.' })
  plain() {
    return 'plain';
  }

  @Tool({ name: 'gated', description: 'Waits for the test.', inputSchema: Name, task: 'required' })
  async gated({ name }: z.output<typeof Name>, { progress, log }: McpContext) {
    await progress(1, 3);
    await log('info', 'nobody hears this');
    await gate.opened;
    return `Hello, ${name}`;
  }

  @Tool({ name: 'tells', description: 'Tells how far it is.', task: 'required' })
  async tells(_input: unknown, { progress }: McpContext) {
    await progress(2, 3, 'Packing');
    await gate.opened;
    return 'done';
  }

  @Tool({ name: 'slow', description: 'Outlives the limit of tools.', task: 'required', timeoutMs: 50 })
  async slow() {
    await new Promise((resolve) => setTimeout(resolve, 400));
    return 'still here';
  }
}

@Injectable()
class Faults {
  @Tool({ name: 'refuses', description: 'Tells its caller.', task: 'required' })
  refuses(): string {
    throw new ToolError('Give me a smaller file');
  }

  @Tool({ name: 'leaks', description: 'Throws a secret.', task: 'required' })
  leaks(): string {
    throw new Error('connect ECONNREFUSED redis://:hunter2@redis:6379');
  }

  @Tool({ name: 'protocol', description: 'Throws a protocol error.', task: 'required' })
  protocol(): string {
    throw new ProtocolError(-32099, 'Not today', { until: 'tomorrow' });
  }

  @Tool({ name: 'returns-questions', description: 'Returns what it should ask.', task: 'required' })
  returnsQuestions() {
    return inputRequired({
      inputRequests: { name: inputRequired.elicit({ message: 'Who?', requestedSchema: Name }) },
    });
  }
}

@Injectable()
class Questions {
  @Tool({ name: 'confirm', description: 'Asks once.', task: 'optional' })
  async confirm(_input: unknown, { elicit }: McpContext) {
    runs += 1;
    const first = await elicit('sure', { message: 'Sure?', schema: Sure });
    const again = await elicit('sure', { message: 'Sure?', schema: Sure });
    return `${first.action} ${again.content?.sure}`;
  }

  @Tool({ name: 'two', description: 'Asks two things at once.', task: 'required' })
  async two(_input: unknown, { elicit }: McpContext) {
    const [a, b] = await Promise.all([
      elicit('a', { message: 'A?', schema: Name }),
      elicit('b', { message: 'B?', schema: Name }),
    ]);
    return `${a.content?.name} ${b.content?.name}`;
  }

  @Tool({ name: 'one-by-one', description: 'Asks two things, and awaits them in turn.', task: 'required' })
  async oneByOne(_input: unknown, { elicit }: McpContext) {
    const a = elicit('a', { message: 'A?', schema: Name });
    const b = elicit('b', { message: 'B?', schema: Name });
    return `${(await a).action} ${(await b).action}`;
  }

  @Tool({ name: 'page', description: 'Opens a page.', task: 'required' })
  async page(_input: unknown, { elicit }: McpContext) {
    const { action } = await elicit('page', { message: 'Sign in', url: 'https://issuer.test/sign-in' });
    return action;
  }

  @Tool({
    name: 'first-ask',
    description: 'Asks two things, then works.',
    task: 'required',
    beforeTask: ['name', 'sure'],
  })
  async firstAsk(_input: unknown, { elicit, principal }: McpContext) {
    const { content } = await elicit('name', { message: 'Who?', schema: Name });
    if (content?.name === 'nobody') return 'No task for nobody';
    await elicit('sure', { message: 'Sure?', schema: Sure });
    runs += 1;
    const later = await elicit('later', { message: 'And then?', schema: Name });
    const again = await elicit('name', { message: 'Who?', schema: Name });
    return `${again.content?.name} ${later.content?.name} ${principal.subject}`;
  }
}

const until = async (done: () => Promise<boolean>) => {
  const deadline = Date.now() + 5_000;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error('It did not happen within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

let engine: EngineApp;
let alice: TaskClient;

beforeAll(async () => {
  engine = await startEngine([Jobs, Faults, Questions], {
    toolTimeoutMs: 100,
    tasks: { ttlMs: 60_000, max: 100, maxPerPrincipal: 100 },
  });
  alice = new TaskClient(engine.origin, 'alice');
});
afterAll(() => engine.close());

describe('the tasks extension', () => {
  it('is declared to clients of 2026-07-28 and to no others', async () => {
    const { result } = await alice.request('server/discover');
    expect(result).toMatchObject({ capabilities: { extensions: { [TASKS]: {} } } });
    expect(result?.['capabilities']).not.toHaveProperty('tasks');
    const { text } = await send(`${engine.origin}/mcp`, 'POST', 'alice', { body: INITIALIZE });
    expect(text).toContain('"protocolVersion":"2025-11-25"');
    expect(text).not.toContain(TASKS);
  });

  it('has no methods in a session of 2025', async () => {
    const session = await initialize(engine.origin, 'alice');
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      const { text } = await send(`${engine.origin}/mcp`, 'POST', 'alice', {
        body: { jsonrpc: '2.0', id: 7, method, params: { taskId: 'x', inputResponses: {} } },
        headers: { 'Mcp-Session-Id': session, 'MCP-Protocol-Version': '2025-11-25' },
      });
      expect({ method, text }).toEqual({ method, text: expect.stringContaining('"code":-32601') });
    }
  });

  it('is refused to requests that do not declare it, whatever others of the client did', async () => {
    const taskId = await alice.start('required');
    const silent = new TaskClient(engine.origin, 'alice', { elicitation: {} });
    const missing = {
      status: 400,
      error: {
        code: -32021,
        message: expect.any(String),
        data: { requiredCapabilities: { extensions: { [TASKS]: {} } } },
      },
    };
    expect(await silent.get(taskId)).toEqual(missing);
    expect(await silent.update(taskId, {})).toEqual(missing);
    expect(await silent.cancel(taskId)).toEqual(missing);
    expect(await silent.call('required')).toEqual(missing);
  });
});

describe('a tool that may be a task', () => {
  it('answers plainly to a client that cannot follow one', async () => {
    const { result } = await new TaskClient(engine.origin, 'alice', {}).call('optional');
    expect(result).toMatchObject({ resultType: 'complete', structuredContent: { done: true } });
    expect(result).not.toHaveProperty('taskId');
  });

  it('does not become one because a client of an earlier draft asks for it', async () => {
    const { result } = await alice.call('plain', {}, { task: { ttl: 60_000 } });
    expect(result).toMatchObject({ resultType: 'complete', content: [{ type: 'text', text: 'plain' }] });
  });

  const earlier = ERAS.filter(({ era }) => !era.startsWith('2026'));
  it.each(earlier)('runs plainly in $era, where one that must be a task is refused', async ({ connect }) => {
    const client = await connect(engine.origin, 'alice');
    expect(await client.callTool('optional')).toMatchObject({ structured: { done: true }, isError: false });
    await expect(client.callTool('required')).rejects.toThrow(/runs only as a task.*2026-07-28/);
    await client.close();
  });
});

describe('a task', () => {
  it('answers with a handle at once, tells its status, and brings the result', async () => {
    gate = new Gate();
    const { result: handle } = await alice.call('gated', { name: 'Bob' });
    expect(handle).toEqual({
      resultType: 'task',
      taskId: expect.stringMatching(/^[\w-]{43}$/),
      status: 'working',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      lastUpdatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      ttlMs: 60_000,
      pollIntervalMs: 1_000,
      content: [],
      _meta: expect.anything(),
    });
    const taskId = String(handle?.['taskId']);
    await until(async () => (await alice.get(taskId)).result?.['statusMessage'] !== undefined);
    const { result: working } = await alice.get(taskId);
    expect(working).toMatchObject({
      resultType: 'complete',
      taskId,
      status: 'working',
      statusMessage: '1 of 3',
    });
    expect(working).not.toHaveProperty('result');

    gate.open();
    const completed = await alice.reach(taskId, 'completed');
    expect(completed).toMatchObject({ taskId, result: { content: [{ type: 'text', text: 'Hello, Bob' }] } });
    expect(completed).not.toHaveProperty('statusMessage');
    expect(completed).not.toHaveProperty('error');
  });

  it('says how far it is', async () => {
    gate = new Gate();
    const taskId = await alice.start('tells');
    await until(async () => (await alice.get(taskId)).result?.['statusMessage'] === 'Packing');
    expect((await alice.get(taskId)).result).toMatchObject({ status: 'working' });
    gate.open();
    await alice.reach(taskId, 'completed');
  });

  it('outlives the time limit of tools', async () => {
    const { result } = await alice.reach(await alice.start('slow'), 'completed');
    expect(result).toMatchObject({ content: [{ type: 'text', text: 'still here' }] });
  });

  it('completes with what a tool tells its caller, even if that is an error, and masks the rest', async () => {
    const refused = await alice.reach(await alice.start('refuses'), 'completed');
    expect(refused['result']).toEqual({
      content: [{ type: 'text', text: 'Give me a smaller file' }],
      isError: true,
    });
    const leaked = await alice.reach(await alice.start('leaks'), 'completed');
    expect(leaked['result']).toEqual({
      content: [{ type: 'text', text: expect.stringMatching(/^Internal error \(ref [0-9a-f]{12}\)$/) }],
      isError: true,
    });
    const wrong = await alice.reach(await alice.start('gated', { name: 1 }), 'completed');
    expect(wrong['result']).toMatchObject({ isError: true, content: [{ text: /^Invalid arguments/ }] });
  });

  it('fails with the protocol error that its call would have answered', async () => {
    const failed = await alice.reach(await alice.start('protocol'), 'failed');
    expect(failed).toMatchObject({
      statusMessage: 'Not today',
      error: { code: -32099, message: 'Not today', data: { until: 'tomorrow' } },
    });
    expect(failed).not.toHaveProperty('result');
  });

  it('fails, masked, when its tool returns questions instead of asking them', async () => {
    const failed = await alice.reach(await alice.start('returns-questions'), 'failed');
    expect(failed['error']).toEqual({
      code: -32603,
      message: expect.stringMatching(/^Internal error \(ref [0-9a-f]{12}\)$/),
    });
  });
});

describe('a task that asks its user', () => {
  it('waits for the answer where it stands, and is not run again', async () => {
    runs = 0;
    const taskId = await alice.start('confirm');
    const asking = await alice.reach(taskId, 'input_required');
    expect(asking['inputRequests']).toEqual({
      sure: {
        method: 'elicitation/create',
        params: {
          mode: 'form',
          message: 'Sure?',
          requestedSchema: expect.objectContaining({ properties: { sure: { type: 'boolean' } } }),
        },
      },
    });
    expect(await alice.update(taskId, { sure: accept({ sure: true }) })).toEqual({
      status: 200,
      result: { resultType: 'complete', _meta: expect.anything() },
    });
    const { result } = await alice.reach(taskId, 'completed');
    expect(result).toMatchObject({ content: [{ text: 'accept true' }] });
    expect(runs).toBe(1);
  });

  it('goes on with a refusal as well', async () => {
    const taskId = await alice.startAsking('confirm');
    await alice.update(taskId, { sure: { action: 'decline' } });
    const { result } = await alice.reach(taskId, 'completed');
    expect(result).toMatchObject({ content: [{ text: 'decline undefined' }] });
  });

  it('takes its answers one at a time, and shows what is still open', async () => {
    const taskId = await alice.start('two');
    const asking = await alice.reach(taskId, 'input_required');
    expect(Object.keys(asking['inputRequests'] ?? {})).toEqual(['a', 'b']);
    await alice.update(taskId, { a: accept({ name: 'one' }) });
    const { result: half } = await alice.get(taskId);
    expect(half).toMatchObject({ status: 'input_required' });
    expect(Object.keys(half?.['inputRequests'] ?? {})).toEqual(['b']);
    // The first is answered already: a second answer to it is ignored.
    await alice.update(taskId, { a: accept({ name: 'forged' }), b: accept({ name: 'two' }) });
    const { result } = await alice.reach(taskId, 'completed');
    expect(result).toMatchObject({ content: [{ text: 'one two' }] });
  });

  it('may be cancelled while it awaits only the first of its questions', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const taskId = await alice.startAsking('one-by-one');
    await alice.cancel(taskId);
    await alice.reach(taskId, 'cancelled');
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('ignores answers to what it has not asked, under whatever name', async () => {
    const taskId = await alice.startAsking('confirm');
    const strange = JSON.parse('{"__proto__":{"action":"accept"},"constructor":{"action":"accept"},"x":1}');
    expect((await alice.update(taskId, strange)).result).toMatchObject({ resultType: 'complete' });
    expect((await alice.get(taskId)).result).toMatchObject({ status: 'input_required' });
    await alice.cancel(taskId);
  });

  it('refuses an answer that does not fit, takes nothing of it, and lets the client mend it', async () => {
    const taskId = await alice.startAsking('two');
    const misfits = [
      accept({ name: 1 }),
      accept({}),
      {},
      { action: 'steal' },
      'yes',
      { method: 'x', result: {} },
    ];
    for (const misfit of misfits) {
      const { error } = await alice.update(taskId, { a: misfit, b: accept({ name: 'two' }) });
      expect(error).toEqual({ code: -32602, message: 'The response to "a" does not answer it' });
    }
    const { result: open } = await alice.get(taskId);
    expect(Object.keys(open?.['inputRequests'] ?? {})).toEqual(['a', 'b']);
    await alice.update(taskId, { a: accept({ name: 'one' }), b: accept({ name: 'two' }) });
    const { result } = await alice.reach(taskId, 'completed');
    expect(result).toMatchObject({ content: [{ text: 'one two' }] });
  });

  it('refuses an update without answers', async () => {
    const taskId = await alice.startAsking('confirm');
    expect((await alice.request('tasks/update', { taskId })).error).toMatchObject({ code: -32602 });
    expect((await alice.request('tasks/update', { inputResponses: {} })).error).toMatchObject({
      code: -32602,
    });
    await alice.cancel(taskId);
  });

  it('does not ask a client in a mode that it has not declared', async () => {
    const ask = async (tool: string, elicitation: object | undefined) => {
      const client = new TaskClient(engine.origin, 'alice', {
        extensions: FOLLOWER.extensions,
        ...(elicitation && { elicitation }),
      });
      const taskId = await client.start(tool);
      const result = await client.reach(taskId);
      await client.cancel(taskId);
      return result;
    };
    const refusal = (mode: string) => ({
      status: 'failed',
      error: { code: -32021, data: { requiredCapabilities: { elicitation: { [mode]: {} } } } },
    });
    expect(await ask('confirm', undefined)).toMatchObject(refusal('form'));
    expect(await ask('confirm', { url: {} })).toMatchObject(refusal('form'));
    expect(await ask('page', {})).toMatchObject(refusal('url'));
    expect(await ask('confirm', { form: {} })).toMatchObject({ status: 'input_required' });
    expect(await ask('page', { url: {} })).toMatchObject({
      status: 'input_required',
      inputRequests: { page: { params: { mode: 'url', url: 'https://issuer.test/sign-in' } } },
    });
  });
});

describe('a tool that asks before its task', () => {
  const round = async (inputResponses?: object, requestState?: unknown) => {
    const { result } = await alice.call('first-ask', {}, { inputResponses, requestState });
    return result;
  };

  it('asks within the call until it has every answer, and goes on as a task from there', async () => {
    runs = 0;
    const first = await round();
    expect(first).toMatchObject({ resultType: 'input_required', inputRequests: { name: {} } });
    expect(first).not.toHaveProperty('taskId');
    const second = await round({ name: accept({ name: 'Carol' }) }, first?.['requestState']);
    expect(second).toMatchObject({ resultType: 'input_required', inputRequests: { sure: {} } });
    const handle = await round({ sure: accept({ sure: true }) }, second?.['requestState']);
    expect(handle).toMatchObject({ resultType: 'task', status: expect.any(String) });
    expect(handle).not.toHaveProperty('requestState');
    expect(handle).not.toHaveProperty('inputRequests');

    const taskId = String(handle?.['taskId']);
    const asking = await alice.reach(taskId, 'input_required');
    expect(Object.keys(asking['inputRequests'] ?? {})).toEqual(['later']);
    await alice.update(taskId, { later: accept({ name: 'Dave' }) });
    const { result } = await alice.reach(taskId, 'completed');
    expect(result).toMatchObject({ content: [{ text: 'Carol Dave alice' }] });
    expect(runs).toBe(1);
  });

  it('answers plainly when it ends before the last of them', async () => {
    const first = await round();
    const end = await round({ name: accept({ name: 'nobody' }) }, first?.['requestState']);
    expect(end).toMatchObject({ resultType: 'complete', content: [{ text: 'No task for nobody' }] });
  });
});
