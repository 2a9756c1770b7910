import { describe, expect, it } from 'vitest';
import { dockerInstructions, readCompose, text } from './compose.file.js';

const file = dockerInstructions('config/docker/Dockerfile');
const runtime = file.slice(file.findIndex((line) => line.endsWith(' AS runtime')));

describe('config/docker/Dockerfile', () => {
  it('names one exact release of Node 24', () => {
    expect(file[0]).toMatch(/^ARG NODE_IMAGE=node:24\.\d+\.\d+-[a-z]+-slim$/);
    const stages = file.filter((line) => line.startsWith('FROM '));
    expect(stages).toHaveLength(3);
    expect(stages.every((line) => line.startsWith('FROM ${NODE_IMAGE} AS '))).toBe(true);
  });

  it('installs from the lockfile and lets no dependency run scripts', () => {
    const installs = file.filter((line) => /\bnpm (ci|i|install)\b/.test(line));
    expect(installs).toHaveLength(2);
    expect(installs.every((line) => line.includes('npm ci ') && line.includes('--ignore-scripts'))).toBe(
      true,
    );
    expect(installs[1]).toContain('--omit=dev');
  });

  it('ships the compiled server and its production dependencies, nothing else', () => {
    expect(runtime.filter((line) => line.startsWith('COPY '))).toEqual([
      'COPY --from=dependencies /app/node_modules ./node_modules',
      'COPY --from=build /app/dist/src ./dist/src',
      'COPY package.json ./',
      'COPY config/docker/healthcheck.mjs ./config/docker/healthcheck.mjs',
    ]);
  });

  it('runs as a numbered user that is not root, the same one as in compose', () => {
    const user = runtime.findLast((line) => line.startsWith('USER '))?.slice('USER '.length);
    expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(readCompose().services.server.user).toBe(user);
  });

  it('starts node directly, in production', () => {
    expect(runtime.at(-1)).toBe('CMD ["node", "dist/src/main.js"]');
    expect(runtime.some((line) => line.startsWith('ENV ') && line.includes('NODE_ENV=production'))).toBe(
      true,
    );
    expect(text('nest-cli.json')).toContain('"entryFile": "src/main"');
  });

  it('has the health check that compose uses', () => {
    const check = runtime.find((line) => line.startsWith('HEALTHCHECK '));
    expect(check).toContain('CMD ["node", "config/docker/healthcheck.mjs"]');
    expect(readCompose().services.server.healthcheck?.test).toEqual([
      'CMD',
      'node',
      'config/docker/healthcheck.mjs',
    ]);
  });
});

describe('.dockerignore', () => {
  const rules = text('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  it('lets in only what it names', () => {
    expect(rules[0]).toBe('*');
  });

  it('lets in everything that the Dockerfile copies from outside', () => {
    const copied = file
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    const missing = copied.filter((path) => !rules.includes(`!${path.replace('./', '')}`));
    expect(missing).toEqual([]);
  });
});
