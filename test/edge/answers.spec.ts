import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadGatewayException, Controller, Get, HttpException, Module } from '@nestjs/common';
import { AppModule } from '../../src/app.module.js';
import { createApp } from '../../src/app.js';
import { Public } from '../../src/auth/index.js';
import { type Environment, readConfig } from '../../src/config/index.js';
import { INITIALIZE, initialize, openStream, send } from '../support/raw.js';
import { type EdgeStack, startEdge } from './edge.stack.js';
import { http, talk } from './raw.socket.js';

const CANARY = 'canary-5b1d';
const METADATA = '/.well-known/oauth-protected-resource/mcp';

@Controller('broken')
@Public()
class BrokenController {
  @Get('error')
  error() {
    throw new Error(`a secret: ${CANARY}`);
  }

  @Get('string')
  string() {
    // What a library may do.
    // oxlint-disable-next-line no-throw-literal
    throw CANARY;
  }

  @Get('teapot')
  teapot() {
    throw new HttpException('short and stout', 418);
  }

  @Get('gateway')
  gateway() {
    throw new BadGatewayException();
  }

  @Get('named/:name')
  named() {
    return {};
  }
}

@Module({ controllers: [BrokenController] })
class BrokenModule {}

/** An application with routes that fail. Logto is never asked. */
async function brokenApp(env: Environment) {
  const config = readConfig({
    PUBLIC_URL: 'https://mcp.example.com',
    LOGTO_ENDPOINT: 'http://127.0.0.1:9',
    LOG_LEVEL: 'fatal',
    ...env,
  });
  class Root {}
  const app = await createApp(config, { module: Root, imports: [AppModule.forRoot(config), BrokenModule] });
  await app.listen(0, '127.0.0.1');
  return app;
}

describe.each(['production', 'development', 'test'])('a fault while NODE_ENV is %s', (environment) => {
  let app: Awaited<ReturnType<typeof brokenApp>>;
  let origin: string;
  const nodeEnv = process.env['NODE_ENV'];

  beforeAll(async () => {
    // Express reads it for itself.
    process.env['NODE_ENV'] = environment;
    app = await brokenApp({ NODE_ENV: environment });
    origin = await app.getUrl();
  });
  afterAll(async () => {
    process.env['NODE_ENV'] = nodeEnv;
    await app.close();
  });

  it.each([
    ['/broken/error', 500],
    ['/broken/string', 500],
    ['/broken/teapot', 418],
    ['/broken/gateway', 502],
    [`/broken/named/%E0%A4%A?token=${CANARY}`, 400],
    [`/nowhere?access_token=${CANARY}`, 404],
    [`/%E0%A4%A?access_token=${CANARY}`, 400],
    [`/${CANARY}/%00/<script>`, 404],
  ])('at %s is answered in JSON, with status %i and no word of the inside', async (path, status) => {
    const { answers } = await talk(origin, http(`GET ${path} HTTP/1.1`, 'Host: localhost'));
    const [answer] = answers;
    expect(answer?.status).toBe(status);
    expect(answer?.headers['content-type']).toMatch(/^application\/json/);
    expect(answer?.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(answer?.body ?? '')).toBeTypeOf('object');
    expect(answer?.body).not.toMatch(/<|\bat \/|\.js|\.ts/);
    expect(answer?.body).not.toContain(CANARY);
  });
});

describe('the headers of an answer', () => {
  let edge: EdgeStack;
  beforeAll(async () => {
    edge = await startEdge();
  });
  afterAll(() => edge.close());

  const STRICT = {
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'same-origin',
  };

  it.each([
    ['GET', '/health/live', 200],
    ['POST', '/mcp', 401],
    ['GET', '/nowhere', 404],
    ['TRACE', '/mcp', 405],
    ['OPTIONS', '/mcp', 204],
  ])('of %s %s shut everything that an API has no use for', async (method, path, status) => {
    const { answers } = await talk(edge.origin, http(`${method} ${path} HTTP/1.1`, 'Host: localhost'));
    expect(answers[0]).toMatchObject({ status, headers: STRICT });
    expect(answers[0]?.headers).not.toHaveProperty('x-powered-by');
    expect(answers[0]?.headers).not.toHaveProperty('etag');
    expect(answers[0]?.headers).not.toHaveProperty('server');
    expect(answers[0]?.headers).not.toHaveProperty('strict-transport-security');
    expect(answers[0]?.headers['cache-control']).toMatch(/no-store/);
  });

  it('of the metadata let every page read them, and keep the rest', async () => {
    const { answers } = await talk(edge.origin, http(`GET ${METADATA} HTTP/1.1`, 'Host: localhost'));
    expect(answers[0]).toMatchObject({
      status: 200,
      headers: { ...STRICT, 'cross-origin-resource-policy': 'cross-origin' },
    });
    expect(answers[0]?.headers['cache-control'] ?? '').not.toContain('no-store');
  });

  it('of a call say that it must not be stored, and carry no etag', async () => {
    const { headers, status } = await send(`${edge.origin}/mcp`, 'POST', edge.token, { body: INITIALIZE });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toMatch(/no-(store|cache)/);
    expect(headers.get('etag')).toBeNull();
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('do not disturb a stream', async () => {
    const session = await initialize(edge.origin, edge.token);
    const stream = await openStream(`${edge.origin}/mcp`, edge.token, { 'Mcp-Session-Id': session });
    expect(stream.status).toBe(200);
    stream.close();
  });

  it('ask for TLS only where the public URL has it', async () => {
    const app = await brokenApp({ NODE_ENV: 'test' });
    const response = await fetch(`${await app.getUrl()}/health/live`);
    expect(response.headers.get('strict-transport-security')).toMatch(/^max-age=15552000/);
    await app.close();
  });
});
