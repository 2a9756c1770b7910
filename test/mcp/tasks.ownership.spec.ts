import { Injectable } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type McpContext, McpOptions, Tool } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { TaskClient } from '../support/task.client.js';

/** How many tools have been told to stop. */
let aborted = 0;

@Injectable()
class Jobs {
  @Tool({ name: 'wait', description: 'Waits until it is told to stop.', task: 'required' })
  wait(_input: unknown, { signal }: McpContext) {
    return new Promise<string>((resolve) => {
      signal.addEventListener('abort', () => {
        aborted += 1;
        resolve('too late');
      });
    });
  }

  @Tool({ name: 'ask', description: 'Asks for ever.', task: 'required' })
  async ask(_input: unknown, { elicit }: McpContext) {
    return elicit('name', { message: 'Who?', schema: z.object({ name: z.string() }) });
  }

  @Tool({ name: 'quick', description: 'Is done at once.', task: 'optional' })
  quick() {
    return 'quick';
  }

  @Tool({ name: 'admin', description: 'Needs scopes.', scopes: ['a:read', 'a:write'], task: 'required' })
  admin() {
    return 'secret';
  }
}

let engine: EngineApp;

const as = (token: string) => new TaskClient(engine.origin, token);
const start = async (tasks: Partial<McpOptions['tasks']> = {}) => {
  aborted = 0;
  engine = await startEngine([Jobs], {
    tasks: { ttlMs: 60_000, max: 100, maxPerPrincipal: 100, ...tasks },
  });
};
const until = async (done: () => boolean) => {
  const deadline = Date.now() + 5_000;
  while (!done()) {
    if (Date.now() > deadline) throw new Error('It did not happen within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
afterEach(() => engine.close());

describe('a task of somebody else', () => {
  beforeEach(() => start());

  it.each([
    ['another user', 'mallory'],
    ['the same user through another client', 'alice@other-agent'],
    ['another user through a client of the same name as the owner', 'mallory@alice'],
  ])('is to %s what an unknown task is, by every method', async (_who, token) => {
    const taskId = await as('alice').startAsking('ask');
    const stranger = as(token);
    const unknown = 'A'.repeat(43);
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      const foreign = await stranger.request(method, {
        taskId,
        inputResponses: { name: { action: 'cancel' } },
      });
      expect(foreign).toEqual({ status: 200, error: { code: -32602, message: 'Task not found' } });
      expect(await stranger.request(method, { taskId: unknown, inputResponses: {} })).toEqual(foreign);
    }
    expect((await as('alice').get(taskId)).result).toMatchObject({ status: 'input_required' });
  });

  it('is unknown under the name of an inherited property', async () => {
    for (const taskId of ['constructor', '__proto__', 'toString', '']) {
      expect((await as('alice').get(taskId)).error).toMatchObject({ code: -32602 });
    }
  });
});

describe('the scopes of a tool', () => {
  beforeEach(() => start());

  it('are asked for before there is a task', async () => {
    await expect(as('alice+a:read').start('admin')).rejects.toThrow('became no task');
    const { result } = await as('alice+a:read+a:write').call('admin');
    expect(result).toMatchObject({ resultType: 'task' });
  });

  it('are asked for again by every method, so that a lesser token does not reach the result', async () => {
    const taskId = await as('alice+a:read+a:write').start('admin');
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      const { error, result } = await as('alice+a:read').request(method, { taskId, inputResponses: {} });
      expect({ method, error, result }).toEqual({
        method,
        error: {
          code: -32030,
          message: 'This call needs the scope: a:read a:write',
          data: { error: 'insufficient_scope', scope: 'a:read a:write' },
        },
        result: undefined,
      });
    }
    const { result } = await as('alice+a:read+a:write').reach(taskId, 'completed');
    expect(result).toMatchObject({ content: [{ text: 'secret' }] });
  });
});

describe('the end of a task', () => {
  it('by cancellation is told to the tool, is acknowledged each time, and is final', async () => {
    await start();
    const alice = as('alice');
    const taskId = await alice.start('wait');
    const ack = { status: 200, result: { resultType: 'complete', _meta: expect.anything() } };
    expect(await alice.cancel(taskId)).toEqual(ack);
    await until(() => aborted > 0);
    expect(aborted).toBe(1);
    const { result: cancelled } = await alice.get(taskId);
    expect(cancelled).toMatchObject({ status: 'cancelled', statusMessage: 'The task was cancelled' });
    expect(cancelled).not.toHaveProperty('result');
    expect(await alice.cancel(taskId)).toEqual(ack);
    expect((await alice.get(taskId)).result).toEqual(cancelled);
  });

  it('cannot be cancelled away once it has a result', async () => {
    await start();
    const alice = as('alice');
    const taskId = await alice.start('quick');
    const completed = await alice.reach(taskId, 'completed');
    await alice.cancel(taskId);
    expect((await alice.get(taskId)).result).toEqual(completed);
  });

  it('by cancellation closes its questions', async () => {
    await start();
    const alice = as('alice');
    const taskId = await alice.startAsking('ask');
    await alice.cancel(taskId);
    expect((await alice.get(taskId)).result).not.toHaveProperty('inputRequests');
    expect((await alice.update(taskId, { name: { action: 'decline' } })).status).toBe(200);
    expect((await alice.get(taskId)).result).toMatchObject({ status: 'cancelled' });
  });

  it('comes with its time: the tool is told, and the task is unknown', async () => {
    await start({ ttlMs: 150 });
    const alice = as('alice');
    const taskId = await alice.start('wait');
    expect((await alice.get(taskId)).result).toMatchObject({ status: 'working', ttlMs: 150 });
    await until(() => aborted > 0);
    expect(aborted).toBe(1);
    expect((await alice.get(taskId)).error).toEqual({ code: -32602, message: 'Task not found' });
  });

  it('comes with the end of the server', async () => {
    await start();
    await as('alice').start('wait');
    await as('alice').start('ask');
    await engine.close();
    expect(aborted).toBe(1);
    await start();
  });
});

describe('the number of tasks', () => {
  const refused = expect.objectContaining({
    code: -32000,
    message: expect.stringMatching(/^Too many tasks/),
  });

  it('is limited for each owner, and one does not pay for another', async () => {
    await start({ maxPerPrincipal: 2 });
    const alice = as('alice');
    await alice.start('wait');
    await alice.start('wait');
    expect((await alice.call('wait')).error).toEqual(refused);
    await as('alice@other-agent').start('wait');
    await as('bob').start('wait');
  });

  it('is limited for a user through all clients', async () => {
    await start({ maxPerPrincipal: 2, maxPerUser: 3 });
    for (const client of ['one', 'two', 'three']) await as(`alice@${client}`).start('wait');
    expect((await as('alice@four').call('wait')).error).toEqual(refused);
    await as('bob@one').start('wait');
  });

  it('is limited for all of them together', async () => {
    await start({ max: 2 });
    await as('alice').start('wait');
    await as('bob').start('wait');
    expect((await as('carol').call('wait')).error).toEqual(refused);
  });

  it('lets a tool that can do without one answer plainly', async () => {
    await start({ maxPerPrincipal: 1 });
    const alice = as('alice');
    expect((await alice.call('quick')).result).toMatchObject({ resultType: 'task' });
    expect((await alice.call('quick')).result).toMatchObject({
      resultType: 'complete',
      content: [{ text: 'quick' }],
    });
  });

  it('shrinks when the time of a task is over', async () => {
    await start({ ttlMs: 150, maxPerPrincipal: 1 });
    const alice = as('alice');
    await alice.start('wait');
    expect((await alice.call('wait')).error).toEqual(refused);
    await until(() => aborted > 0);
    await alice.start('wait');
  });
});
