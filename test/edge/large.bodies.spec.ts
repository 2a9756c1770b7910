import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANAGEMENT } from '../support/stack.js';
import { type DrainProcess, startDrainProcess } from './drain.process.js';
import { http, talk } from './raw.socket.js';

const KEY = 'a-signing-key-for-webhooks';
const CLIENTS = 60;
const BODY = Buffer.alloc(5 * 1024 * 1024, ' ');
/** In a process of its own: here its connections would end in the same turn of the loop as the clients read. */
let server: DrainProcess;

beforeAll(async () => {
  server = await startDrainProcess({
    env: {
      REGISTRATION: 'open',
      REGISTRATION_PER_ADDRESS: '10000',
      LOGTO_WEBHOOK_SIGNING_KEY: KEY,
      LOGTO_MANAGEMENT_CLIENT_ID: MANAGEMENT.clientId,
      LOGTO_MANAGEMENT_CLIENT_SECRET: MANAGEMENT.clientSecret,
    },
    tenant: { management: MANAGEMENT },
  });
});
afterAll(() => server.stop());

const JSON_TYPE = { 'Content-Type': 'application/json' };
const ROUTES: Readonly<Record<string, () => Record<string, string>>> = {
  '/mcp': () => ({ ...JSON_TYPE, Authorization: `Bearer ${server.tokens.mcp}` }),
  '/webhooks/logto': () => ({
    ...JSON_TYPE,
    'Logto-Signature-Sha-256': createHmac('sha256', KEY).update(BODY).digest('hex'),
  }),
  '/register': () => JSON_TYPE,
};
const FRAMINGS: Readonly<Record<string, Record<string, string>>> = {
  'a length': { 'Content-Length': String(BODY.length) },
  chunks: { 'Transfer-Encoding': 'chunked' },
  'a length and Expect': { 'Content-Length': String(BODY.length), Expect: '100-continue' },
  'chunks and Expect': { 'Transfer-Encoding': 'chunked', Expect: '100-continue' },
};

/** Sends the whole body without a look at the response. */
function upload(path: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    const { port } = new URL(server.origin);
    const options = { host: '127.0.0.1', port, path, method: 'POST', headers, agent: false };
    const upload = request(options, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      res.once('end', () => resolve(text === '' ? 'empty' : String(res.statusCode)));
      res.once('error', (error) => resolve(`in the response: ${error.message}`));
    });
    upload.once('error', (error) => resolve(error.message));
    const send = () => upload.end(BODY);
    if (headers['Expect'] === undefined) send();
    else upload.once('continue', send);
  });
}

const counted = (outcomes: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

describe.each(Object.keys(ROUTES))('a body over the limit at %s', (path) => {
  it.each(Object.entries(FRAMINGS))(
    'with %s is refused as 413, which all of 60 clients see',
    async (_framing, framing) => {
      const headers = { ...ROUTES[path]?.(), Host: new URL(server.origin).host, ...framing };
      const outcomes = await Promise.all(Array.from({ length: CLIENTS }, () => upload(path, headers)));
      expect(counted(outcomes)).toEqual({ '413': CLIENTS });
    },
  );
});

describe('other refusals that leave a body unread are seen by all clients, too', () => {
  const all = (make: () => Promise<string>) => Promise.all(Array.from({ length: CLIENTS }, make));

  it.each([
    ['a foreign Host', '/mcp', { Host: 'evil.example' }, '421'],
    ['no token', '/mcp', {}, '401'],
    ['no signature', '/webhooks/logto', {}, '403'],
    ['another method', '/register/x', {}, '404'],
    ['a path without a route', '/x', {}, '404'],
    ['another media type', '/register', { 'Content-Type': 'text/plain' }, '415'],
  ])('%s', async (_what, path, headers, status) => {
    const framing = { 'Content-Length': String(BODY.length), Connection: 'close' };
    const outcomes = await all(() => upload(path, { ...JSON_TYPE, ...framing, ...headers }));
    expect(counted(outcomes)).toEqual({ [status]: CLIENTS });
  });

  it('what is not HTTP', async () => {
    const head = http('POST /mcp HTTP/1.1', 'Host: localhost', 'not a header');
    const bytes = Buffer.concat([Buffer.from(head), BODY]);
    const outcomes = await all(async () =>
      String((await talk(server.origin, bytes, { ms: 20_000 })).answers[0]?.status),
    );
    expect(counted(outcomes)).toEqual({ '400': CLIENTS });
  });
});
