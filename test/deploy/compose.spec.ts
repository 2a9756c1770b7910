import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/index.js';
import { envSchema } from '../../src/config/env.schema.js';
import { readCompose, text } from './compose.file.js';

const { services, networks } = readCompose();
const everyService = Object.entries(services);
/** Node's own variable, the only one of the server that our schema doesn't know. */
const foreign = new Set(['NODE_OPTIONS']);

describe('docker-compose.yml', () => {
  it.each(everyService)(
    'runs %s without root, without capabilities and on a read-only file system',
    (_, it) => {
      expect(it.user).toMatch(/^(?!0|root)/);
      expect(it).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        cap_add: [],
        security_opt: ['no-new-privileges:true'],
        init: true,
      });
      expect(it.privileged).toBeUndefined();
      expect(it.tmpfs.every((mount) => /:size=\d+m/.test(mount))).toBe(true);
    },
  );

  it.each(everyService)('limits the processes, memory and descriptors of %s', (_, it) => {
    expect(it.pids_limit).toBeGreaterThan(0);
    expect(it.mem_limit).toMatch(/^\d+[mg]$/);
    expect(it.ulimits?.nofile).toEqual({ soft: 65536, hard: 65536 });
    expect(it.stop_grace_period).toBe('30s');
  });

  it.each(everyService)('asks %s itself whether it is healthy', (_, it) => {
    expect(it.healthcheck?.test[0]).toBe('CMD');
  });

  it('starts each service after the healthy one it needs', () => {
    expect(services.server.depends_on).toEqual({ logto: { condition: 'service_healthy' } });
    expect(services.edge.depends_on).toEqual({ logto: { condition: 'service_healthy' } });
    expect(services.logto.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
  });

  it('publishes the server, Logto and its edge on this machine only, and the database nowhere', () => {
    expect(services.server.ports).toEqual(['127.0.0.1:3000:3000']);
    expect(services.edge.ports).toEqual(['127.0.0.1:3001:3001']);
    expect(services.logto.ports).toEqual(['127.0.0.1:3002:3002']);
    expect(services.postgres.ports).toEqual([]);
    expect(services.postgres.networks).toEqual(['data']);
    expect(services.server.networks).not.toContain('data');
    expect(networks['data']).toEqual({ internal: true });
  });

  it('gives the edge its configuration, read-only, in an image of one version', () => {
    expect(services.edge.volumes).toEqual(['./config/edge/nginx.conf:/etc/nginx/nginx.conf:ro']);
    expect(services.edge.image).toMatch(/^nginx:\d+\.\d+\.\d+-alpine$/);
    expect(services.edge.networks).toEqual(['front']);
    expect(text('config/edge/nginx.conf')).toContain('listen 3001;');
  });

  it('lets agents register only when the operator says so', () => {
    expect(readConfig(services.server.environment).registration).toBeUndefined();
    const { services: own } = readCompose({
      REGISTRATION: 'open',
      LOGTO_MANAGEMENT_CLIENT_ID: 'm2m',
      LOGTO_MANAGEMENT_CLIENT_SECRET: 's3cret',
    });
    expect(readConfig(own.server.environment).registration).toMatchObject({ mode: 'open' });
  });

  it('takes the address of a registering client from the edge, and from no public peer', () => {
    const { trustedProxies } = readConfig(services.server.environment).http;
    expect(trustedProxies).toEqual(['172.16.0.0/12', '192.168.0.0/16']);
    const { services: own } = readCompose({ TRUST_PROXY: '192.0.2.10' });
    expect(readConfig(own.server.environment).http.trustedProxies).toEqual(['192.0.2.10']);
  });

  it('keeps the database in a volume', () => {
    expect(services.postgres.volumes).toEqual(['postgres-data:/var/lib/postgresql/data']);
  });

  it('seeds an empty Logto and leaves a seeded one alone', () => {
    expect(services.logto.entrypoint).toEqual(['sh', '-c', 'npm run cli db seed -- --swe && npm start']);
    expect(services.logto.image).toMatch(/^svhd\/logto:\d+\.\d+\.\d+$/);
  });

  it('gives Logto and the database the same password', () => {
    const { services: own } = readCompose({ POSTGRES_PASSWORD: 'changed' });
    expect(own.postgres.environment['POSTGRES_PASSWORD']).toBe('changed');
    expect(own.logto.environment['DB_URL']).toBe('postgres://postgres:changed@postgres:5432/logto');
  });

  it('uses only variables that the server knows', () => {
    const unknown = Object.keys(services.server.environment).filter(
      (name) => !(name in envSchema.shape) && !foreign.has(name),
    );
    expect(unknown).toEqual([]);
  });

  it('is a valid production configuration as it stands', () => {
    const config = readConfig(services.server.environment);
    expect(config).toMatchObject({
      environment: 'production',
      http: { host: '0.0.0.0', port: 3000, publicUrl: 'http://localhost:3000' },
    });
    expect(config.devTenant).toBeUndefined();
    expect(config.logto.management).toBeUndefined();
  });

  it('tells the server both names of Logto, and Logto the public one', () => {
    const { logto } = readConfig(services.server.environment);
    expect(logto.issuer).toBe('http://localhost:3001/oidc');
    expect(logto.internalEndpoint).toBe('http://logto:3001');
    expect(services.logto.environment['ENDPOINT']).toBe(logto.endpoint);
  });

  it('leaves room for the heap inside the memory limit of the server', () => {
    const limitMiB = Number(services.server.mem_limit?.replace('m', ''));
    const heapMiB = Number(services.server.environment['NODE_OPTIONS']?.split('=')[1]);
    expect(heapMiB / limitMiB).toBeCloseTo(0.7, 2);
  });
});
