import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { builtFile } from '../deploy/built.project.js';

const LIMIT_MS = 90_000;

const reportSchema = z.object({
  ok: z.boolean(),
  summary: z.string(),
  server: z.string().optional(),
  claims: z.record(z.string(), z.record(z.string(), z.unknown())),
  scenes: z.array(
    z.object({
      title: z.string(),
      era: z.string(),
      app: z.string(),
      endpoint: z.string(),
      tokenKind: z.string().optional(),
      claims: z.record(z.string(), z.unknown()).optional(),
      ok: z.boolean(),
      steps: z.array(z.object({ name: z.string(), ok: z.boolean(), text: z.string() })),
    }),
  ),
});

let demo: string;

beforeAll(async () => {
  demo = await builtFile('examples/demo/main.js');
}, LIMIT_MS);

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Run> =>
  new Promise((resolve) => {
    const env = { ...process.env, NODE_ENV: 'test', ...environment };
    execFile(process.execPath, [demo, ...args], { env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? -1);
      resolve({ code, stdout, stderr });
    });
  });

/** Fails unless the standard output is one JSON document and nothing else. */
const reportIn = ({ stdout }: Run) => reportSchema.parse(JSON.parse(stdout));

async function announced(stdout: Readable): Promise<string> {
  let text = '';
  stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return vi.waitFor(() => z.url().parse(/^MCP server +(\S+)$/m.exec(text)?.[1]), { timeout: 20_000 });
}

describe('npm run demo', () => {
  it(
    'reads what alice granted in every era, and nothing more',
    async () => {
      const { code, ...output } = await run(['--json']);
      const { ok, scenes, claims } = reportIn({ code, ...output });
      const wrong = scenes.flatMap((scene) => scene.steps.filter((step) => !step.ok));
      expect({ code, ok, wrong }).toEqual({ code: 0, ok: true, wrong: [] });

      const alice = { sub: 'alice0000001', name: 'Alice Example', email: 'alice@example.com' };
      expect(Object.keys(claims).toSorted()).toEqual(['2024-11-05', '2025-11-25', '2026-07-28']);
      for (const read of Object.values(claims)) expect(read).toMatchObject(alice);

      const onlyOpenid = scenes.filter(({ title }) => title.startsWith('Only openid'));
      expect(onlyOpenid.map(({ tokenKind, claims: read }) => ({ tokenKind, read }))).toEqual([
        { tokenKind: 'jwt', read: { sub: alice.sub } },
        { tokenKind: 'opaque', read: { sub: alice.sub } },
      ]);
      const firstParty = scenes.filter(({ app }) => app === 'first-party-app');
      expect(firstParty.map(({ era }) => era).toSorted()).toEqual(['2024-11-05', '2025-11-25', '2026-07-28']);
      expect(scenes.at(-1)).toMatchObject({ title: 'The user presses Cancel', ok: true });
      expect(scenes.at(-1)?.claims).toBeUndefined();
      expect(scenes.at(-1)?.tokenKind).toBeUndefined();
    },
    LIMIT_MS,
  );

  it(
    'tells every scene in lines that fit, without colour when nobody sees it',
    async () => {
      const { code, stdout } = await run([]);
      expect(code).toBe(0);
      const lines = stdout.trimEnd().split('\n');
      expect(lines.filter((line) => /^\d+\. /.test(line))).toHaveLength(10);
      expect(lines.at(-1)).toMatch(/^All \d+ steps of 10 scenes were right, in [\d.]+ s\.$/);
      expect(lines.filter((line) => line.length > 100)).toEqual([]);
      // oxlint-disable-next-line no-control-regex -- escape sequences are what must not be there
      expect(stdout).not.toMatch(/\u001b/);
    },
    LIMIT_MS,
  );

  it(
    'fails when the server refuses the tokens it asked for',
    async () => {
      const result = await run(['--json'], { AUTH_TOKEN_MODE: 'userinfo' });
      const { ok, summary, scenes } = reportIn(result);
      expect({ code: result.code, ok }).toEqual({ code: 1, ok: false });
      expect(summary).toMatch(/^\d+ of \d+ steps went wrong\.$/);
      // A JWT is refused and an opaque token is not: the demo noticed the difference.
      expect(new Set(scenes.filter((scene) => !scene.ok).map(({ tokenKind }) => tokenKind))).toEqual(
        new Set(['jwt']),
      );
    },
    LIMIT_MS,
  );

  it(
    'says why when the server does not start at all',
    async () => {
      const result = await run(['--json'], { AUTH_TOKEN_MODE: 'nonsense' });
      expect(result.code).toBe(1);
      expect(reportIn(result)).toMatchObject({ ok: false, scenes: [] });
      expect(reportIn(result).summary).toContain('AUTH_TOKEN_MODE must be auto, jwt or userinfo');
    },
    LIMIT_MS,
  );

  it(
    'stops the server when it is interrupted',
    async () => {
      const child = spawn(process.execPath, [demo], { stdio: ['ignore', 'pipe', 'ignore'] });
      const publicUrl = await announced(child.stdout);
      expect(await fetch(`${publicUrl}/health/live`).then(({ status }) => status)).toBe(200);
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([130, null]);
      await expect(fetch(`${publicUrl}/health/live`)).rejects.toThrow('fetch failed');
    },
    LIMIT_MS,
  );
});
