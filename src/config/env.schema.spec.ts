import { describe, expect, it } from 'vitest';
import { readConfig } from './config.reader.js';
import { ConfigError } from './config.error.js';
import { envSchema, secretVariables } from './env.schema.js';

type Variable = keyof typeof envSchema.shape;

/** What every start needs, so that a test is about its own variable alone. */
const REAL = { PUBLIC_URL: 'https://mcp.example.com', LOGTO_ENDPOINT: 'https://abc123.logto.app' };
/** What a variable may not be without, or not beyond. */
const COMPANY = {
  LOGTO_MANAGEMENT_CLIENT_ID: 'm2m',
  LOGTO_MANAGEMENT_CLIENT_SECRET: 's3cret',
  LIMIT_STREAMS_PER_PRINCIPAL: '10000',
};

const faultIn = (environment: Record<string, string>): string => {
  try {
    readConfig({ ...REAL, ...environment });
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.problems.map(({ variable, fault }) => `${variable} ${fault}`).join('\n');
    }
    throw error;
  }
  return '';
};

const whole = (min: number, max: number) => ({
  good: [String(min), String(max)],
  bad: [String(min - 1), String(max + 1), '1.5', '1e3', ' 60', '60s', 'many', '9'.repeat(13)],
  fault: `must be a whole number from ${min} to ${max}`,
});
const flag = {
  good: ['true', 'false'],
  bad: ['1', 'yes', 'TRUE', 'on'],
  fault: 'must be true or false',
};
const notUrl = 'must be an http(s) URL without credentials';
const notOrigin = 'must be an origin: scheme, host and port, without a path';
const notTls = 'must be https, unless the host is localhost';

interface Case {
  readonly good: readonly string[];
  readonly bad: readonly string[];
  readonly fault: string;
}

const CASES: Record<Variable, Case | undefined> = {
  NODE_ENV: {
    good: ['development', 'test', 'production'],
    bad: ['prod', 'Production', 'staging'],
    fault: 'must be development, test or production',
  },
  HOST: {
    good: ['0.0.0.0', '::1', 'fe80::1%eth0', 'mcp.internal'],
    bad: ['http://0.0.0.0', '127.0.0.1/8', 'two words'],
    fault: 'must be an IP address or a host name',
  },
  PORT: whole(1, 65_535),
  PUBLIC_URL: {
    good: [
      'https://mcp.example.com',
      'https://mcp.example.com:8443',
      'http://localhost:3000',
      'http://[::1]:3000',
    ],
    bad: [
      'mcp.example.com',
      '/mcp',
      'ftp://mcp.example.com',
      'javascript:alert(1)',
      'https://a:b@mcp.example.com',
    ],
    fault: notUrl,
  },
  ALLOWED_ORIGINS: {
    good: [
      'https://a.example',
      'https://a.example, http://b.example:8080',
      'https://A.example:443/',
      'http://[::1]:6274',
      'app://obsidian.md,chrome-extension://abcdefghijklmnopabcdefghijklmnop',
      'vscode-webview://1q2w3e moz-extension://0f8fad5b-d9cb-469f-a165-70867728950e',
      'safari-web-extension://0F8FAD5B-D9CB-469F-A165-70867728950E',
      'capacitor://localhost, tauri://localhost:1430',
    ],
    bad: [
      '*',
      'null',
      'a.example',
      'https:a.example',
      'https://*.a.example',
      'https://*',
      'app://*',
      'chrome-extension://<id>',
      'https://a.example/path',
      'https://a.example?x',
      'https://a.example/#',
      'https://user:secret@a.example',
      'app://obsidian.md/path',
      'app://user@obsidian.md',
      'app://',
      'app:///',
      'file://',
      'https://a.example:99999',
    ],
    fault: 'entry 1 must be scheme://host[:port], without a path, a wildcard or credentials',
  },
  ALLOWED_HOSTS: {
    good: ['mcp.internal', 'mcp-server, MCP.example.com'],
    bad: ['https://mcp.internal', 'mcp.internal:3000', '*', '*.example.com', 'a..b', '[::1]'],
    fault: 'must be host names without scheme and port',
  },
  TRUST_PROXY: {
    good: [
      '1',
      '9',
      '10.0.0.1',
      '10.0.0.0/8, fd00::/8',
      'loopback uniquelocal',
      'fc00::/7',
      '::1/128',
      '::ffff:10.0.0.0/104',
    ],
    bad: [
      'true',
      '0',
      '10',
      '*',
      'nginx',
      '10.0.0.0/33',
      '10.0.0.0/8/8',
      'fd00::/129',
      '10.0.0.1, true',
      '0.0.0.0/0',
      '::/0',
      '0.0.0.0/1,128.0.0.0/1',
      '2000::/3',
      '::ffff:0.0.0.0/96',
      '0:0:0:0:0:ffff::/96',
      'fe80::1%eth0/64',
      '10.0.0.0/',
      '10.0.0.0/255.0.0.0',
      '10.0.0.0/-8',
      '-1',
      '99999999999999999999',
      '1e3',
      ',',
      ' ',
      '10.0.0.256',
      'proxy.example.com',
    ],
    fault:
      'must be addresses or CIDR ranges (IPv4: /8 to /32, IPv6: /7 to /128), or the number of proxies from 1 to 9',
  },
  MAX_CONNECTIONS: whole(1, 1_000_000),
  MAX_CONNECTIONS_PER_ADDRESS: whole(1, 1_000_000),
  HEADERS_TIMEOUT_SECONDS: whole(1, 300),
  REQUEST_TIMEOUT_SECONDS: whole(1, 3600),
  DRAIN_DELAY_SECONDS: whole(0, 300),
  DRAIN_TIMEOUT_SECONDS: whole(0, 3600),
  LOG_LEVEL: {
    good: ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'],
    bad: ['info', 'DEBUG'],
    fault: 'must be fatal, error, warn, log, debug or verbose',
  },
  LOGTO_ENDPOINT: {
    good: ['https://abc123.logto.app', 'https://auth.example.com/', 'http://127.0.0.1:3001'],
    bad: ['abc123.logto.app', 'logto:3001', 'https://user@abc123.logto.app'],
    fault: notUrl,
  },
  LOGTO_INTERNAL_ENDPOINT: {
    good: ['http://logto:3001', 'https://logto.internal'],
    bad: ['logto', 'redis://logto:3001'],
    fault: notUrl,
  },
  LOGTO_TIMEOUT_MS: whole(100, 30_000),
  LOGTO_REFRESH_SECONDS: whole(5, 86_400),
  // Any text may be an id or a secret; what can be wrong is that one of the two is missing.
  LOGTO_MANAGEMENT_CLIENT_ID: undefined,
  LOGTO_MANAGEMENT_CLIENT_SECRET: undefined,
  LOGTO_WEBHOOK_SIGNING_KEY: {
    good: ['x'.repeat(16)],
    bad: ['x'.repeat(15)],
    fault: 'must be the signing key of a webhook, at least 16 characters',
  },
  LOGTO_MANAGEMENT_RESOURCE: {
    good: ['https://abc123.logto.app/api'],
    bad: ['abc123', '/api'],
    fault: 'must be a URL',
  },
  AUTH_TOKEN_MODE: {
    good: ['auto', 'jwt', 'userinfo'],
    bad: ['opaque', 'JWT'],
    fault: 'must be auto, jwt or userinfo',
  },
  AUTH_SCOPES: {
    good: ['openid', 'openid profile email', 'openid,urn:logto:scope:organizations'],
    bad: ['openid "profile"', 'offline\\access', 'é'],
    fault: 'must be OAuth scopes',
  },
  AUTH_ALLOWED_CLIENTS: undefined,
  AUTH_CLOCK_SKEW_SECONDS: whole(0, 300),
  AUTH_CACHE_SECONDS: whole(0, 300),
  AUTH_CACHE_ENTRIES: whole(1, 1_000_000),
  AUTH_LEGACY_METADATA: flag,
  MCP_SSE: flag,
  MCP_SESSION_IDLE_SECONDS: whole(1, 86_400),
  MCP_SESSION_MAX_SECONDS: whole(1, 604_800),
  MCP_SESSIONS: whole(1, 1_000_000),
  MCP_SESSIONS_PER_PRINCIPAL: whole(1, 10_000),
  MCP_KEEP_ALIVE_SECONDS: whole(1, 300),
  MCP_BODY_BYTES: whole(1024, 67_108_864),
  MCP_TOOL_TIMEOUT_SECONDS: whole(1, 3600),
  MCP_RESULT_BYTES: whole(1024, 268_435_456),
  MCP_SECRET: { good: ['x'.repeat(32)], bad: ['x'.repeat(31)], fault: 'must be at least 32 characters' },
  MCP_ACCESS_TOKEN: {
    good: ['eyJhbGciOiJFUzM4NCJ9.e30.c2ln', 'opaque_token-43=='],
    bad: ['Bearer abc', 'two words', 'line\nbreak', '{{token}}'],
    fault: 'must be a bearer token, without the word Bearer',
  },
  MCP_PAGE_SIZE: whole(1, 10_000),
  MCP_HIDE_FORBIDDEN: flag,
  MCP_SUBSCRIPTIONS_PER_PRINCIPAL: whole(1, 10_000),
  MCP_TASK_TTL_SECONDS: whole(1, 604_800),
  MCP_TASKS: whole(1, 1_000_000),
  MCP_TASKS_PER_PRINCIPAL: whole(1, 10_000),
  REGISTRATION: {
    good: ['off', 'open'],
    bad: ['on', 'true', 'Open'],
    fault: 'must be off, token or open',
  },
  // Only beside REGISTRATION=token: see below.
  REGISTRATION_TOKEN: undefined,
  REGISTRATION_SCHEMES: {
    good: ['cursor', 'cursor,vscode', 'com.example.app x-agent'],
    bad: ['Cursor', 'cursor://', 'cursor:', '-agent', '1agent'],
    fault: 'must be schemes in lower case, without "://"',
  },
  REGISTRATION_HOSTS: {
    good: ['claude.ai', 'claude.ai, chatgpt.com'],
    bad: ['https://claude.ai', 'claude.ai/api', '*.claude.ai', 'Claude.ai'],
    fault: 'must be host names in lower case',
  },
  REGISTRATION_PER_ADDRESS: whole(1, 1_000_000),
  REGISTRATION_PER_DAY: whole(1, 1_000_000),
  REGISTRATION_UNUSED_DAYS: whole(1, 3650),
  LIMIT_REQUESTS_PER_ADDRESS: whole(1, 1_000_000),
  LIMIT_FAILURES_PER_ADDRESS: whole(1, 1_000_000),
  LIMIT_REQUESTS_PER_PRINCIPAL: whole(1, 1_000_000),
  LIMIT_CALLS_PER_PRINCIPAL: whole(1, 10_000),
  LIMIT_STREAMS_PER_PRINCIPAL: whole(1, 10_000),
  LIMIT_USER_FACTOR: whole(1, 1000),
  LIMIT_IN_FLIGHT: whole(1, 1_000_000),
  LIMIT_IN_FLIGHT_PER_PRINCIPAL: whole(1, 1_000_000),
  REDIS_URL: {
    good: ['redis://localhost', 'rediss://user:p%40ss@redis.example.com:6380/1', 'redis://[::1]:6379/'],
    bad: [
      'localhost:6379',
      'http://redis:6379',
      'redis://',
      'redis://redis/a',
      'redis://redis/0#x',
      // A percent sign in a password has to be written %25.
      'redis://:50%off@redis',
      'redis://%ff:password@redis',
    ],
    fault: 'must be redis://host or rediss://host, with credentials, port and database where needed',
  },
  REDIS_PREFIX: {
    good: ['mcp:', 'team-a.mcp:'],
    bad: ['a b', 'mcp*', '{mcp}', 'x'.repeat(65)],
    fault: 'must be 1 to 64 letters, digits, "_", "-", "." or ":"',
  },
  DEV_TENANT_PORT: whole(1, 65_535),
};

describe.each(Object.entries(CASES).flatMap(([variable, one]) => (one ? [{ variable, ...one }] : [])))(
  '$variable',
  ({ variable, good, bad, fault }) => {
    it.each(good)('may be %s', (value) => {
      expect(faultIn({ ...COMPANY, [variable]: value })).toBe('');
    });

    it.each(bad)('is refused as %s, with what was expected', (value) => {
      expect(faultIn({ ...COMPANY, [variable]: value })).toBe(`${variable} ${fault}`);
    });
  },
);

describe('a public URL', () => {
  it.each(['PUBLIC_URL', 'LOGTO_ENDPOINT'])(
    '%s carries no path, query or fragment into iss and aud',
    (variable) => {
      for (const rest of ['/mcp', '/oidc/', '/?a=b', '/#top']) {
        expect(faultIn({ [variable]: `https://mcp.example.com${rest}` })).toBe(`${variable} ${notOrigin}`);
      }
    },
  );

  it.each(['PUBLIC_URL', 'LOGTO_ENDPOINT'])(
    '[row 134] %s is https anywhere but on this machine',
    (variable) => {
      for (const host of ['mcp.example.com', '10.0.0.5', 'localhost.example.com', '127.0.0.1.example.com']) {
        expect(faultIn({ [variable]: `http://${host}` })).toBe(`${variable} ${notTls}`);
      }
    },
  );

  it('loses its trailing slash, so that everything built from it is written in one way', () => {
    const { http, logto } = readConfig({
      PUBLIC_URL: 'https://MCP.example.com:443/',
      LOGTO_ENDPOINT: 'https://abc123.logto.app/',
      LOGTO_INTERNAL_ENDPOINT: 'http://logto:80/',
    });
    expect(http.publicUrl).toBe('https://mcp.example.com');
    expect(logto).toMatchObject({
      endpoint: 'https://abc123.logto.app',
      issuer: 'https://abc123.logto.app/oidc',
      internalEndpoint: 'http://logto',
    });
  });
});

describe('REDIS_URL', () => {
  it.each([
    'localhost',
    '127.0.0.1',
    '[::1]',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '[fd00::1]',
    'redis',
    'redis.internal',
    'redis.default.svc.cluster.local',
  ])('may be without TLS at %s, which is on a private network', (host) => {
    expect(faultIn({ NODE_ENV: 'production', REDIS_URL: `redis://:password@${host}:6379` })).toBe('');
  });

  it.each(['redis.example.com', '8.8.8.8', '172.32.0.1', '[2001:db8::1]', 'internal.example.com'])(
    '[row 134] has to be TLS at %s in production',
    (host) => {
      const fault = 'REDIS_URL must be rediss:// in production, unless the host is private';
      expect(faultIn({ NODE_ENV: 'production', REDIS_URL: `redis://:password@${host}` })).toBe(fault);
      expect(faultIn({ NODE_ENV: 'production', REDIS_URL: `rediss://:password@${host}` })).toBe('');
      expect(faultIn({ NODE_ENV: 'development', REDIS_URL: `redis://:password@${host}` })).toBe('');
    },
  );
});

describe('REGISTRATION_TOKEN', () => {
  const faultOf = (token: string) =>
    faultIn({ ...COMPANY, REGISTRATION: 'token', REGISTRATION_TOKEN: token }).split('\n')[0];

  it('is a bearer token that nobody guesses', () => {
    expect(faultOf('a'.repeat(32))).toBe('');
    expect(faultOf('a'.repeat(31))).toBe('REGISTRATION_TOKEN must be at least 32 characters');
    expect(faultOf(`Bearer ${'a'.repeat(32)}`)).toBe(
      'REGISTRATION_TOKEN must be a bearer token, without the word Bearer',
    );
  });
});

describe('REGISTRATION_SCHEMES', () => {
  it.each(['javascript', 'data', 'vbscript', 'file', 'blob', 'mailto', 'http', 'https'])(
    'can not open the door to %s',
    (scheme) => {
      expect(faultIn({ ...COMPANY, REGISTRATION_SCHEMES: `cursor,${scheme}` })).toBe(
        'REGISTRATION_SCHEMES must not name a scheme of the browser itself',
      );
    },
  );
});

describe('ALLOWED_ORIGINS', () => {
  it('says which entries are wrong', () => {
    const entry = (at: number) =>
      `entry ${at} must be scheme://host[:port], without a path, a wildcard or credentials`;
    const ALLOWED_ORIGINS = 'https://a.example, b.example, app://obsidian.md *';
    expect(faultIn({ ...COMPANY, ALLOWED_ORIGINS })).toBe(`ALLOWED_ORIGINS ${entry(2)}; ${entry(4)}`);
  });
});

describe('AUTH_SCOPES', () => {
  it('must name at least one scope', () => {
    expect(faultIn({ AUTH_SCOPES: ' , ' })).toBe('AUTH_SCOPES must name at least one scope');
  });
});

describe('the schema', () => {
  it('has a cure for every variable', () => {
    const silent = Object.entries(envSchema.shape).filter(
      ([, { description = '' }]) => description.length < 10,
    );
    expect(silent.map(([variable]) => variable)).toEqual([]);
  });

  it('knows every variable that is named like a secret as one', () => {
    const named = Object.keys(envSchema.shape).filter((variable) =>
      /SECRET|PASSWORD|(KEY|TOKEN)$|^REDIS_URL$/.test(variable),
    );
    expect(named.length).toBeGreaterThan(0);
    expect([...secretVariables].toSorted()).toEqual(named.toSorted());
  });
});
