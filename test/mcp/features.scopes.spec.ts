import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Catalog, Prompt, Resource, ResourceTemplate, Tool } from '../../src/mcp/index.js';
import { scopesWantedBy } from '../../src/mcp/server/scope.policy.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';

@Injectable()
class Guarded {
  @Tool({ name: 'write', description: 'Writes.', scopes: ['a:read', 'a:write'] })
  write() {
    return '';
  }

  @Tool({ name: 'free', description: 'For all.' })
  free() {
    return '';
  }

  @Resource({ uri: 'a://one', name: 'one', scopes: ['a:read'] })
  one() {
    return '';
  }

  @ResourceTemplate({ uriTemplate: 'b://{id}', name: 'b', scopes: ['b:read'] })
  many() {
    return '';
  }

  @Prompt({ name: 'ask', scopes: ['c:ask'] })
  ask() {
    return '';
  }
}

let engine: EngineApp;
let catalog: Catalog;

beforeAll(async () => {
  engine = await startEngine([Guarded]);
  catalog = engine.app.get(Catalog);
});
afterAll(() => engine.close());

const message = (method: unknown, params?: unknown) => ({ jsonrpc: '2.0', id: 1, method, params });

const wanted = (messages: readonly unknown[], scopes: readonly string[] = []) =>
  scopesWantedBy(messages, catalog, { issuer: '', subject: '', clientId: '', claims: {}, scopes });

describe('the scopes an operation wants', () => {
  it.each([
    ['tools/call', { name: 'write' }, ['a:read', 'a:write']],
    ['resources/read', { uri: 'a://one' }, ['a:read']],
    ['resources/read', { uri: 'b://x' }, ['b:read']],
    ['resources/subscribe', { uri: 'b://x' }, ['b:read']],
    ['prompts/get', { name: 'ask' }, ['c:ask']],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'ask' } }, ['c:ask']],
    ['completion/complete', { ref: { type: 'ref/resource', uri: 'b://{id}' } }, ['b:read']],
    [
      'subscriptions/listen',
      { notifications: { resourceSubscriptions: ['a://one', 'b://y', 'none://'] } },
      ['a:read', 'b:read'],
    ],
  ])('are all of them, for %s of %j', (method, params, scopes) => {
    expect(wanted([message(method, params)])).toEqual(scopes);
    expect(wanted([message(method, params)], scopes.slice(1))).toEqual(scopes);
    expect(wanted([message(method, params)], [...scopes, 'more'])).toBeUndefined();
  });

  it('of a batch are those of all its messages, also of the ones that could run', () => {
    const batch = [
      message('tools/call', { name: 'free' }),
      message('resources/read', { uri: 'a://one' }),
      message('prompts/get', { name: 'ask' }),
    ];
    expect(wanted(batch, ['a:read'])).toEqual(['a:read', 'c:ask']);
    expect(wanted(batch, ['a:read', 'c:ask'])).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    5,
    'tools/call',
    {},
    [],
    message('tools/list'),
    message('tools/call'),
    message('tools/call', null),
    message('tools/call', { name: 5 }),
    message('tools/call', { name: 'constructor' }),
    message('resources/read', { uri: 'not a uri' }),
    message('resources/read', { uri: `b://${'x'.repeat(3_000)}` }),
    message('completion/complete', { ref: { type: 'ref/prompt' } }),
    message('subscriptions/listen', { notifications: {} }),
    message(5, { name: 'write' }),
  ])('are none where nothing is named: %j', (malformed) => {
    expect(wanted([malformed])).toBeUndefined();
  });
});
