import fc from 'fast-check';
import { INITIALIZE, MODERN_META } from '../support/raw.js';

/** One hostile request, complete enough to be sent again from its seed alone. */
export interface Shot {
  readonly method: string;
  /** `{sse}` stands for the id of a session of 2024-11-05 that exists. */
  readonly path: string;
  /** `{session}` stands for the id of a session of 2025 that exists. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  readonly token: 'good' | 'none' | { readonly bad: string };
}

const METHODS = [
  'initialize',
  'ping',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'server/discover',
  'subscriptions/listen',
  'tasks/get',
  'tasks/update',
  'tasks/cancel',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  '__proto__',
  'constructor',
  'no/such\u0000',
];
const NAMES = [
  'whoami',
  'nosuch',
  '__proto__',
  'constructor',
  'toString',
  '',
  'whoami\u0000',
  'x'.repeat(300),
];
const VERSIONS = [
  '2024-11-05',
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
  '2026-07-28',
  '2099-01-01',
  '',
  'x',
];

/** Mostly JSON, with what a parser or a prototype lookup could stumble over. */
const anything = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, 2 ** 53 + 1, '', '__proto__', [], {}, { __proto__: 1 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.nat(90).map((depth) => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 1)),
);

const id = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 1000 }) },
  fc.string({ maxLength: 20 }),
  anything,
);

const meta = fc.oneof(
  { weight: 5, arbitrary: fc.constant<unknown>(MODERN_META) },
  fc.record(
    {
      'io.modelcontextprotocol/protocolVersion': fc.oneof(fc.constantFrom(...VERSIONS), anything),
      'io.modelcontextprotocol/clientCapabilities': anything,
      progressToken: anything,
      traceparent: anything,
    },
    { requiredKeys: [] },
  ),
  anything,
);

const params = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      {
        name: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...NAMES) }, anything),
        uri: fc.oneof(fc.webUrl(), fc.string(), anything),
        arguments: anything,
        cursor: anything,
        protocolVersion: fc.oneof(fc.constantFrom(...VERSIONS), anything),
        capabilities: anything,
        clientInfo: anything,
        requestId: id,
        inputResponses: anything,
        requestState: fc.oneof(fc.string(), anything),
        _meta: meta,
      },
      { requiredKeys: ['name'] },
    ),
  },
  anything,
);

const message = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      {
        jsonrpc: fc.oneof({ weight: 9, arbitrary: fc.constant<unknown>('2.0') }, anything),
        id,
        method: fc.oneof({ weight: 9, arbitrary: fc.constantFrom<unknown>(...METHODS) }, anything),
        params,
      },
      { requiredKeys: ['jsonrpc'] },
    ),
  },
  fc.record({ jsonrpc: fc.constant('2.0'), id, result: anything }),
  fc.record({ jsonrpc: fc.constant('2.0'), id, error: anything }),
  anything,
);

const body = fc.oneof(
  { weight: 8, arbitrary: message.map((value) => JSON.stringify(value)) },
  fc.array(message, { maxLength: 25 }).map((batch) => JSON.stringify(batch)),
  // Cut off somewhere.
  fc.tuple(message, fc.nat(60)).map(([value, end]) => JSON.stringify(value).slice(0, end)),
  fc.uint8Array({ maxLength: 80 }),
  fc.nat(3000).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc.constant('\uFEFF{}'),
);

/** Node's client refuses other characters before they are sent. */
const headerText = fc.stringMatching(/^[\x21-\x7e]([\x20-\x7e]{0,60}[\x21-\x7e])?$/);

/** Tokens that are none: stuffed, of another algorithm, or just noise. */
const badToken = fc.oneof(
  fc.stringMatching(/^[\x21-\x7e]{1,80}$/),
  fc.base64String({ maxLength: 60 }).map((part) => `${part}.${part}.${part}`),
  fc.constantFrom('none', 'HS256', 'ES384', 'RS256').map((alg) => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg, typ: 'at+jwt', kid: '../../etc/passwd' })}.${part({ iss: 'x', aud: 'x', exp: 1e12 })}.AAAA`;
  }),
  fc.constant('x'.repeat(9000)),
);

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** Well-formed requests of the three eras, with whatever the message says. */
const wellFormed: fc.Arbitrary<Shot> = fc
  .tuple(
    fc.constantFrom('modern', 'session', 'initialize', 'sse'),
    message,
    fc.constantFrom(...METHODS),
    params,
  )
  .map(([era, anyMessage, method, given]) => {
    const shot = { method: 'POST', token: 'good' as const };
    const inner = typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {};
    const legacy = { jsonrpc: '2.0', id: 1, method, params: inner };
    switch (era) {
      case 'modern': {
        const name = 'name' in inner && typeof inner.name === 'string' ? inner.name : 'whoami';
        const headers = {
          ...JSON_HEADERS,
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': printable(method),
          'mcp-name': printable(name),
        };
        const call = { ...legacy, params: { ...inner, name, _meta: MODERN_META } };
        return { ...shot, path: '/mcp', headers, body: JSON.stringify(call) };
      }
      case 'session': {
        const headers = {
          ...JSON_HEADERS,
          'mcp-protocol-version': '2025-11-25',
          'mcp-session-id': '{session}',
        };
        return { ...shot, path: '/mcp', headers, body: JSON.stringify(anyMessage) };
      }
      case 'sse':
        return {
          ...shot,
          path: '/messages?sessionId={sse}',
          headers: JSON_HEADERS,
          body: JSON.stringify(anyMessage),
        };
      default:
        return {
          ...shot,
          path: '/mcp',
          headers: JSON_HEADERS,
          body: JSON.stringify({ ...INITIALIZE, id: 1 }),
        };
    }
  });

const printable = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;

const HEADER_VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'content-type': fc.constantFrom(
    'text/plain',
    'application/json; charset=utf-7',
    'application/x-www-form-urlencoded',
  ),
  accept: fc.constantFrom('*/*', 'text/html', 'application/json'),
  'mcp-protocol-version': fc.constantFrom(...VERSIONS.filter((version) => version !== '')),
  'mcp-method': fc.constantFrom('tools/list', 'initialize', '=?base64?!?='),
  'mcp-name': fc.constantFrom('whoami', '=?base64?!?=', '=?base64?AA==?='),
  'mcp-session-id': fc.constantFrom('{session}', '{sse}', '__proto__', 'x'.repeat(10_000)),
  'mcp-param-region': headerText,
  'last-event-id': fc.oneof(headerText, fc.constant('{session}')),
  origin: fc.constantFrom('https://evil.test', 'null'),
  'content-encoding': fc.constantFrom('gzip', 'br'),
};

type Mutation = (shot: Shot) => Shot;

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...Object.keys(HEADER_VALUES))
      .chain((name) => fc.tuple(fc.constant(name), fc.oneof(HEADER_VALUES[name] ?? headerText, headerText)))
      .map(([name, value]): Mutation => (shot) => ({ ...shot, headers: { ...shot.headers, [name]: value } })),
  },
  fc.constantFrom(...Object.keys(HEADER_VALUES)).map((name): Mutation => (shot) => {
    const { [name]: _, ...headers } = shot.headers;
    return { ...shot, headers };
  }),
  { weight: 4, arbitrary: body.map((value): Mutation => (shot) => ({ ...shot, body: value })) },
  badToken.map((bad): Mutation => (shot) => ({ ...shot, token: { bad } })),
  fc.constant<Mutation>((shot) => ({ ...shot, token: 'none' })),
  fc
    .constantFrom('GET', 'DELETE', 'PUT', 'OPTIONS', 'HEAD')
    .map((method): Mutation => (shot) => ({ ...shot, method })),
  fc
    .oneof(
      fc.constantFrom(
        '/messages',
        '/mcp/messages',
        '/sse',
        '/mcp/sse',
        '/health/live',
        '/MCP',
        '/mcp/',
        '//mcp',
      ),
      fc.constantFrom(
        '/%6dcp',
        '/mcp?x[__proto__]=1',
        '/%E0%A4%A',
        '/messages?sessionId=x&sessionId=y',
        '/mcp?access_token=x',
      ),
      fc.webPath().map((value) => (value.startsWith('/') ? value : `/${value}`)),
    )
    .map((path): Mutation => (shot) => ({ ...shot, path })),
);

/** A well-formed request with up to three things wrong. */
export const shot: fc.Arbitrary<Shot> = fc
  .tuple(wellFormed, fc.array(mutation, { maxLength: 3 }))
  .map(([first, mutations]) => mutations.reduce((made, mutate) => mutate(made), first));
