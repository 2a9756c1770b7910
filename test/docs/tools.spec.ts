import type { Type } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../../src/config/index.js';
import { CallLimits } from '../../src/limits/call.limits.js';
import { RateCounters } from '../../src/limits/rate/rate.counters.js';
import { ANSWERING_ERAS, type AnsweringClient, type User } from '../support/answering.clients.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { MODERN_META, send } from '../support/raw.js';
import { TaskClient } from '../support/task.client.js';
import { blocksOf, read } from './documents.js';
import { faultsOf, samplesIn, type SampleFolder, writeSamples } from './samples.js';

const guide = read('docs/tools.md');
const samples = samplesIn(guide);
const isSpec = ({ path }: { path: string }) => path.endsWith('.spec.ts');
const Providers = z.record(
  z.string(),
  z.custom<Type>((value) => typeof value === 'function'),
);

let folder: SampleFolder;
let engine: EngineApp;
const clients: AnsweringClient[] = [];

beforeAll(async () => {
  folder = await writeSamples(samples);
  const exported = await Promise.all(
    samples.filter((sample) => !isSpec(sample)).map(({ path }) => folder.load(path)),
  );
  const limits = readConfig({
    NODE_ENV: 'test',
    PUBLIC_URL: 'http://localhost:3000',
    LOGTO_ENDPOINT: 'http://localhost:3001',
  });
  engine = await startEngine(
    exported.flatMap((names) => Object.values(Providers.parse(names))),
    {
      limiter: new CallLimits(limits, new RateCounters()),
      sessions: { idleMs: 60_000, maxAgeMs: 600_000, max: 100, maxPerPrincipal: 50 },
    },
  );
});
afterAll(async () => {
  await Promise.allSettled(clients.map((client) => client.close()));
  await engine.close();
  await folder.remove();
});

describe('the TypeScript of docs/tools.md', () => {
  it('compiles, all of it together', () => {
    expect(samples.map(({ path }) => path)).toEqual([...new Set(samples.map(({ path }) => path))]);
    expect(samples.filter(({ path }) => !/^(?:src|test)\/tools\/[\w.-]+\.ts$/.test(path))).toEqual([]);
    expect(samples.length).toBeGreaterThanOrEqual(15);
    expect(faultsOf(samples)).toEqual([]);
  });

  it('would not compile with a method that takes something else than its schema says', () => {
    const text = samples[0]?.text.replace(
      '{ amount, to }: z.output<typeof Input>',
      '{ amount, to }: { amount: string; to: string }',
    );
    const faults = faultsOf([{ path: samples[0]?.path ?? '', text: text ?? '' }]);
    expect(faults.join('\n')).toContain("Type 'number' is not assignable to type 'string'");
  });

  it('changes a line that is there', () => {
    const [diff = ''] = blocksOf(guide, 'diff');
    const [before = '', after = ''] = diff.split('\n').map((line) => line.slice(1));
    expect(read('src/tools/tools.module.ts')).toContain(`${before}\n`);
    expect(after.replace(', NotifierModule', '')).toBe(before);
  });
});

describe.each(ANSWERING_ERAS)('docs/tools.md in $era', ({ connect, revision }) => {
  // A user for each era: what one of them has written or used up is not the other's.
  const user = `user-${ANSWERING_ERAS.findIndex((one) => one.connect === connect)}`;
  const as = async (token = user, answers: User = {}): Promise<AnsweringClient> => {
    const client = await connect(engine.origin, token, answers);
    clients.push(client);
    return client;
  };

  it('a tool answers with structure, tells what is wrong, and is described in full', async () => {
    const client = await as(`${user}+rates:read`);
    const good = await client.call('convert', { amount: 10, to: 'JPY' });
    expect(good).toMatchObject({ isError: false, structured: { amount: 1600, currency: 'JPY' } });
    expect(await client.call('convert', { amount: 10, to: 'GBP' })).toMatchObject({
      isError: true,
      text: 'No rate for GBP. Try EUR or JPY.',
    });
    const wrong = await client.call('convert', { amount: -1, to: 'JPY' });
    expect(wrong).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^Invalid arguments. amount: /),
    });
    const { tools } = await client.sdk.listTools();
    expect(tools.find(({ name }) => name === 'convert')).toMatchObject({
      title: 'Convert dollars',
      annotations: { readOnlyHint: true },
      icons: [{ src: 'https://example.com/convert.svg' }],
      outputSchema: { type: 'object' },
    });
    await expect((await as()).call('convert', { amount: 10, to: 'JPY' })).rejects.toBeInstanceOf(Error);
  });

  it('a tool takes plain JSON Schema', async () => {
    const client = await as();
    // The official clients put the parameter into its header by themselves, once they have read the list.
    await client.sdk.listTools();
    expect((await client.call('query', { region: 'eu' })).text).toBe('eu: nothing found for ""');
    expect(await client.call('query', { region: 'mars' })).toMatchObject({ isError: true });
  });

  it('a tool returns other content', async () => {
    const client = await as();
    const { content } = await client.sdk.callTool({ name: 'report', arguments: {} });
    expect(content).toMatchObject([{ type: 'image' }, { type: 'resource_link', uri: 'note://index' }]);
  });

  it('resources are read, listed and completed, each user their own', async () => {
    const client = await as();
    expect((await client.call('add_note', { id: 'to do', text: '# Milk' })).text).toBe('Saved to do');
    expect(await client.read('note://index')).toBe('{"notes":["to do"]}');
    expect(await client.read('note://by-id/to%20do')).toBe('# Milk');
    const { completion } = await client.sdk.complete({
      ref: { type: 'ref/resource', uri: 'note://by-id/{id}' },
      argument: { name: 'id', value: 'to' },
    });
    expect(completion.values).toEqual(['to do']);
    const stranger = await as('somebody');
    expect(await stranger.read('note://index')).toBe('{"notes":[]}');
    await expect(stranger.read('note://by-id/to%20do')).rejects.toMatchObject({ code: -32602 });
  });

  it('a prompt is filled in with the help of completion', async () => {
    const { sdk } = await as();
    const { messages } = await sdk.getPrompt({ name: 'review', arguments: { language: 'rust' } });
    expect(messages).toEqual([
      { role: 'user', content: { type: 'text', text: 'Review the rust code that follows. Be friendly.' } },
    ]);
    const complete = async (name: string, value: string, known: Record<string, string> = {}) =>
      (
        await sdk.complete({
          ref: { type: 'ref/prompt', name: 'review' },
          argument: { name, value },
          context: { arguments: known },
        })
      ).completion.values;
    expect(await complete('language', 'ru')).toEqual(['rust', 'ruby']);
    expect(await complete('tone', '', { language: 'rust' })).toEqual(['strict']);
    expect(await complete('tone', '', { language: 'ruby' })).toEqual(['friendly', 'strict']);
  });

  it('the user is asked before anything is deleted', async () => {
    const sure = (yes: boolean): User => ({
      elicit: () => ({ action: 'accept', content: { sure: yes } }),
    });
    const careful = await as(user, sure(false));
    await careful.call('add_note', { id: 'a', text: 'A' });
    expect((await careful.call('delete_note', { id: 'a' })).text).toBe('Kept a');
    const rash = await as(user, sure(true));
    expect((await rash.call('delete_note', { id: 'a' })).text).toBe('Deleted a');
    expect(await rash.call('delete_note', { id: 'a' })).toMatchObject({
      isError: true,
      text: 'There is no note a.',
    });
  });

  it('a page is opened, and a model asked', async () => {
    const client = await as(user, { elicit: () => ({ action: 'accept' }), sample: () => 'Short' });
    expect((await client.call('link_bank')).text).toBe('Waiting for the bank');
    expect((await client.call('summarise', { text: 'Long' })).text).toContain('Short');
  });

  it('progress is told, and a call is cancelled', async () => {
    const client = await as();
    const told: number[] = [];
    const answer = await client.call(
      'import',
      { rows: 3 },
      { onprogress: ({ progress }) => told.push(progress) },
    );
    expect(answer.text).toBe('Imported 3 rows');
    // An older client forgets whom to tell as soon as the answer is there, which may be before it has told the last.
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual([1, 2, 3].slice(0, told.length));
    const cancel = new AbortController();
    const call = client.call(
      'import',
      { rows: 1000 },
      { signal: cancel.signal, onprogress: () => cancel.abort() },
    );
    await expect(call).rejects.toBeInstanceOf(Error);
  });

  it('the sixth mail within a minute has to wait', async () => {
    const client = await as();
    const call = () => client.call('send_mail', { to: 'bob@example.com', text: 'Hello' });
    for (let n = 0; n < 5; n += 1) expect((await call()).text).toBe('Sent to bob@example.com');
    const sixth = await call();
    expect(sixth.isError).toBe(true);
    expect(sixth.text).toMatch(/^Too many calls of send_mail; try again in (?:60|5\d) s$/);
    expect(guide).toContain('`Too many calls of send_mail; try again in 60 s`');
  });

  it('guards, interceptors and parameters of Nest work', async () => {
    expect(await (await as(user)).call('payroll')).toMatchObject({
      isError: true,
      text: 'Only the payroll agent may do this',
    });
    const agent = await as(`${user}@payroll-agent`);
    expect((await agent.call('payroll')).structured).toEqual({
      subject: user,
      salary: 4200,
      confidential: true,
    });
  });

  it('a tool may be a plain call for whom has no tasks', async () => {
    const client = await as(user, {
      elicit: () => ({ action: 'accept', content: { format: 'csv' } }),
    });
    expect((await client.call('export')).text).toBe('Exported as csv');
    const refused = client.call('backup');
    await expect(refused).rejects.toMatchObject({ code: revision === '2026' ? -32021 : -32601 });
  });
});

describe('docs/tools.md beside the official clients', () => {
  const answered = { action: 'accept', content: { format: 'json' } };

  it('a task asks where it stands, and a tool may ask before it is one', async () => {
    const client = new TaskClient(engine.origin, 'alice');
    const task = await client.startAsking('export');
    await client.update(task, { format: answered });
    expect(await client.reach(task, 'completed')).toMatchObject({
      result: { content: [{ text: 'Exported as json' }] },
    });

    const { result } = await client.call('backup');
    const { requestState } = z.object({ requestState: z.string() }).parse(result);
    const late = await client.start('backup', {}, { requestState, inputResponses: { format: answered } });
    expect(await client.reach(late, 'completed')).toMatchObject({
      result: { content: [{ text: 'Exported as json' }] },
    });
  });

  it('a header that disagrees with its parameter is refused', async () => {
    const params = { name: 'query', arguments: { region: 'eu' }, _meta: MODERN_META };
    const { status } = await send(`${engine.origin}/mcp`, 'POST', 'alice', {
      body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
      headers: {
        'MCP-Protocol-Version': '2026-07-28',
        'Mcp-Method': 'tools/call',
        'Mcp-Name': 'query',
        'Mcp-Param-Region': 'us',
      },
    });
    expect(status).toBe(400);
  });

  it('whoever watches a note hears that it was written', async () => {
    const client = await ANSWERING_ERAS[1]?.connect(engine.origin, 'watcher');
    if (client === undefined) throw new Error('There is no client');
    clients.push(client);
    const heard: unknown[] = [];
    client.sdk.fallbackNotificationHandler = async ({ params }) => void heard.push(params?.['uri']);
    await client.call('add_note', { id: 'b', text: '' });
    await client.sdk.subscribeResource({ uri: 'note://by-id/b' });
    // The stream that carries notifications is opened beside the session, so the first may come too early.
    await expect
      .poll(async () => {
        await client.call('add_note', { id: 'b', text: 'new' });
        return heard;
      })
      .toContain('note://by-id/b');
  });
});

// The guide's own spec: what it registers, runs here.
describe('the spec in docs/tools.md', async () => {
  const [spec] = samples.filter(isSpec);
  const own = await writeSamples(samples);
  afterAll(() => own.remove());
  await own.load(spec?.path ?? '');
});
