import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const healthcheck = z.object({
  test: z.array(z.string()).min(2),
  interval: z.string(),
  timeout: z.string(),
  retries: z.number(),
  start_period: z.string().optional(),
});

const service = z.object({
  image: z.string().optional(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  cap_add: z.array(z.string()).default([]),
  privileged: z.boolean().optional(),
  security_opt: z.array(z.string()).default([]),
  init: z.boolean().optional(),
  pids_limit: z.number().optional(),
  mem_limit: z.string().optional(),
  ulimits: z.object({ nofile: z.object({ soft: z.number(), hard: z.number() }) }).optional(),
  stop_grace_period: z.string().optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  entrypoint: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: healthcheck.optional(),
});

const compose = z.object({
  services: z.object({ server: service, edge: service, logto: service, postgres: service }),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
});

export type ComposeFile = z.output<typeof compose>;

export const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The compose file with its `${NAME:-default}` filled in as the engine does it: in values, after parsing. */
export function readCompose(environment: Readonly<Record<string, string>> = {}): ComposeFile {
  const fill = (value: string) =>
    value.replaceAll(
      /\$\{([A-Z_]+):-([^}]*)\}/g,
      (_, name: string, fallback: string) => environment[name] ?? fallback,
    );
  const revive = (_: unknown, value: unknown) => (typeof value === 'string' ? fill(value) : value);
  return compose.parse(parse(text('docker-compose.yml'), revive, { merge: true }));
}

/** The instructions of a Dockerfile, continued lines joined, comments dropped. */
export const dockerInstructions = (path: string): string[] =>
  text(path)
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
