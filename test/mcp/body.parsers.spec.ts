import { Injectable } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type RequestHandler } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { Tool } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { INITIALIZE, MODERN_META, openStream, send } from '../support/raw.js';

@Injectable()
class Echo {
  @Tool({ name: 'echo', description: 'Answers.' })
  echo() {
    return 'hello';
  }
}

const LIMIT = 65_536;
let engine: EngineApp;
afterEach(() => engine.close());

const MODERN = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' };
const list = { jsonrpc: '2.0', id: 7, method: 'tools/list', params: { _meta: MODERN_META } };

interface Host {
  readonly bodyParser?: boolean;
  readonly rawBody?: boolean;
  readonly prepare?: (app: NestExpressApplication) => unknown;
}
const start = async ({ prepare, ...host }: Host) => {
  engine = await startEngine([Echo], {}, { ...host, prepare: (app) => void prepare?.(app) });
};
const post = (body: unknown, headers: Record<string, string> = {}, path = '/mcp') =>
  send(engine.origin + path, 'POST', 'alice', { body, headers: { ...MODERN, ...headers } });
/** Without a length. */
const postInChunks = async (text: string) => {
  const response = await fetch(`${engine.origin}/mcp`, {
    method: 'POST',
    headers: { Authorization: 'Bearer alice', 'Content-Type': 'application/json', ...MODERN },
    body: new Blob([text]).stream(),
    duplex: 'half',
  } as RequestInit);
  return { status: response.status, text: await response.text() };
};

const with_ = (...handlers: RequestHandler[]): Host => ({ prepare: (app) => app.use(...handlers) });
const HOSTS: Readonly<Record<string, Host>> = {
  'no parser': {},
  "Nest's own parsers": { bodyParser: true },
  "Nest's own parsers and rawBody": { bodyParser: true, rawBody: true },
  'useBodyParser json': { prepare: (app) => app.useBodyParser('json') },
  'useBodyParser raw': { prepare: (app) => app.useBodyParser('raw', { type: '*/*' }) },
  'useBodyParser text': { prepare: (app) => app.useBodyParser('text', { type: '*/*' }) },
  'useBodyParser urlencoded, which leaves JSON alone': { prepare: (app) => app.useBodyParser('urlencoded') },
  'express.json': with_(express.json()),
  'two parsers': with_(express.json(), express.raw({ type: '*/*' }), express.text({ type: '*/*' })),
  'express.json that takes any value': with_(express.json({ strict: false })),
  'express 4, which sets an empty body': with_((req, _res, next) => {
    req.body = {};
    next();
  }),
};

describe.each(Object.entries(HOSTS))('an application with %s', (name, host) => {
  it('answers messages of every era', async () => {
    await start(host);
    expect(JSON.parse((await post(list)).text)).toMatchObject({
      id: 7,
      result: { tools: [{ name: 'echo' }] },
    });
    expect(JSON.parse((await postInChunks(JSON.stringify(list))).text)).toMatchObject({ id: 7 });
    const opened = await send(`${engine.origin}/mcp`, 'POST', 'alice', { body: INITIALIZE });
    expect(opened.status).toBe(200);
    const stream = await openStream(`${engine.origin}/mcp/sse`, 'alice');
    const url = engine.origin + (await stream.next()).data;
    expect((await send(url, 'POST', 'alice', { body: INITIALIZE })).status).toBe(202);
    expect(JSON.parse((await stream.next()).data)).toMatchObject({ id: 1, result: {} });
    stream.close();
  });

  it('refuses what it refuses without one', async () => {
    await start(host);
    const deep = `{"jsonrpc":"2.0","id":7,"method":"x","params":{"a":${'['.repeat(80)}${']'.repeat(80)}}}`;
    const many = JSON.stringify({ ...list, params: { a: Array.from({ length: 10_001 }, () => 1) } });
    const large = JSON.stringify({ ...list, params: { a: 'x'.repeat(LIMIT) } });
    const statuses: unknown[] = [];
    for (const text of [deep, many, large, '{', '', '5', 'null', '[]']) {
      statuses.push((await post(text)).status, (await postInChunks(text)).status);
    }
    statuses.push((await post(list, { 'Content-Type': 'text/plain' })).status);
    expect(statuses).toEqual([400, 400, 400, 400, 413, 413, ...Array.from({ length: 10 }, () => 400), 415]);
  });
});

describe('a body that something has read and not kept', () => {
  const drain: RequestHandler = (req, _res, next) => {
    req.resume().once('end', () => next());
  };
  const begin: RequestHandler = (req, _res, next) => {
    req.once('data', () => {
      req.pause();
      next();
    });
  };
  const abandon: RequestHandler = (req, _res, next) => {
    req.on('data', () => undefined).once('end', () => setTimeout(next, 10));
  };
  const parseWrong = express.urlencoded({ extended: false, type: '*/*' });

  it.each([
    ['drained', drain, 500],
    ['read in part', begin, 500],
    ['read by a listener', abandon, 500],
    ['parsed as a form', parseWrong, 400],
  ])('%s: is refused at once', async (_how, handler, status) => {
    await start(with_(handler));
    const refused = await post(list);
    expect(refused.status).toBe(status);
    expect(JSON.parse(refused.text)).toMatchObject({ error_description: expect.stringMatching(/body/) });
  });
});
