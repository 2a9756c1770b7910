import type { Type } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { transportOf } from '../../examples/agent/era.js';
import { scenes } from '../../examples/demo/scene.js';
import { createApp } from '../../src/app.js';
import { ConfigError, readConfig } from '../../src/config/index.js';
import { VERSION } from '../../src/version.js';
import { startEngine } from '../support/engine.app.js';
import { freePort } from '../support/free.port.js';
import { initialize, send } from '../support/raw.js';
import { blocksOf, read } from './documents.js';
import { faultsOf, samplesIn, writeSamples } from './samples.js';

const readme = read('README.md');
const [sample = { path: '', text: '' }] = samplesIn(readme);
const Greet = z.object({ GreetTool: z.custom<Type>((value) => typeof value === 'function') });
const transcript = blocksOf(readme, 'console').join('\n');

describe('the tool in README.md', () => {
  it('compiles where README.md puts it', () => {
    expect(sample.path).toBe('src/tools/greet.tool.ts');
    expect(faultsOf([sample])).toEqual([]);
  });

  it('does not compile when the method takes something else than its schema says', () => {
    const text = sample.text.replace('z.output<typeof Input>', '{ readonly name: number }');
    expect(text).not.toBe(sample.text);
    expect(faultsOf([{ ...sample, text }]).join('\n')).toContain(
      "'string' is not assignable to type 'number'",
    );
  });

  it('greets a caller that holds its scope, and no other', async () => {
    const folder = await writeSamples([sample]);
    const { GreetTool } = Greet.parse(await folder.load(sample.path));
    const engine = await startEngine([GreetTool]);
    try {
      const call = async (token: string) => {
        const headers = { 'mcp-session-id': await initialize(engine.origin, token) };
        const params = { name: 'greet', arguments: { name: 'Bob' } };
        const body = { jsonrpc: '2.0', id: 2, method: 'tools/call', params };
        return send(`${engine.origin}/mcp`, 'POST', token, { body, headers });
      };
      expect((await call('alice+greet:write')).text).toContain('"text":"Hello Bob, from alice"');
      expect((await call('alice')).text).not.toContain('Hello');
    } finally {
      await engine.close();
      await folder.remove();
    }
  });

  it('takes one word in a list that is there', () => {
    const [diff = ''] = blocksOf(readme, 'diff');
    const [before = '', after = ''] = diff.split('\n').map((line) => line.slice(1));
    expect(read('src/tools/tools.module.ts')).toContain(`${before}\n`);
    expect(after.replace(', GreetTool', '')).toBe(before);
  });
});

describe('the transcripts in README.md', () => {
  it('name the scenes of the demo in their order', () => {
    const shown = [...transcript.matchAll(/^(\d+\. .*?) {2,}(.*)$/gm)].map(([, title, where]) => [
      title,
      where,
    ]);
    expect(shown).toEqual(
      scenes.map(({ title, era }, at) => [`${at + 1}. ${title}`, `${transportOf[era]}, ${era}`]),
    );
  });

  it('show the challenge and the metadata as they are', async () => {
    const port = await freePort();
    const config = readConfig({
      NODE_ENV: 'test',
      PORT: String(port),
      LOG_LEVEL: 'fatal',
      PUBLIC_URL: 'http://localhost:3000',
      LOGTO_ENDPOINT: 'http://localhost:3001',
      // Nobody is asked; wherever README's tenant may be running, this one is not there.
      LOGTO_INTERNAL_ENDPOINT: `http://localhost:${await freePort()}`,
    });
    const app = await createApp(config);
    await app.listen(port, '127.0.0.1');
    try {
      const challenge = await fetch(`http://localhost:${port}/mcp`, { method: 'POST' });
      const shown = ['Cache-Control', 'WWW-Authenticate', 'Content-Type'].map(
        (name) => `${name}: ${challenge.headers.get(name)}`,
      );
      const status = `HTTP/1.1 ${challenge.status} ${challenge.statusText}`;
      expect(transcript).toContain([status, ...shown, '', await challenge.text(), ''].join('\n'));
      const path = '/.well-known/oauth-protected-resource/mcp';
      const metadata = await fetch(`http://localhost:${port}${path}`);
      expect(transcript).toContain(`$ curl http://localhost:3000${path}\n${await metadata.text()}\n`);
    } finally {
      await app.close();
    }
  });

  it('show the refusal of a start without configuration as it is', () => {
    let refusal: unknown;
    try {
      readConfig({});
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(ConfigError);
    expect(transcript).toContain(
      `$ node dist/src/main.js\n${refusal instanceof Error ? refusal.message : ''}\n`,
    );
  });
});

describe('the figures and the client configuration in README.md', () => {
  it('are those that the conformance suites are held to', () => {
    const held = [
      ...read('test/conformance/conformance.spec.ts').matchAll(
        /count\('([^']+)'[\s\S]*?passed: (\d+),\s+total: (\d+)/g,
      ),
    ].map(([, run, passed, total]) => `${run}: ${passed} of ${total}`);
    const shown = [...readme.matchAll(/^\| .*?(\d\.\d+\.\d+\S*, .*?) +\| (\d+ of \d+)/gm)].map(
      ([, run, score]) => `${run}: ${score}`,
    );
    expect(held.length).toBe(6);
    expect(shown).toEqual(held);
  });

  it('start the server that package.json knows', () => {
    const Command = z.object({ command: z.literal('npm'), args: z.array(z.string()) });
    const Clients = z.object({ mcpServers: z.record(z.string(), Command) });
    const { mcpServers } = Clients.parse(JSON.parse(blocksOf(readme, 'json').join('')));
    const [client] = Object.values(mcpServers);
    expect(client?.args.slice(2)).toEqual(['run', '--silent', 'stdio']);
    expect(JSON.parse(read('package.json'))).toHaveProperty('scripts.stdio');
  });
});

describe('the version', () => {
  it('is the same for npm, for clients and in the newest entry of the changelog', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')));
    expect(VERSION).toBe(version);
    expect(/^## \[(\d[^\]]*)\]/m.exec(read('CHANGELOG.md'))?.[1]).toBe(version);
  });
});
