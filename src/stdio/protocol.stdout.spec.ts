import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { claimStdout } from './protocol.stdout.js';

// A process is asked for nothing but its two streams.
const fakeProcess = () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  return { stdout, stderr, claimed: claimStdout({ stdout, stderr } as unknown as NodeJS.Process) };
};
const written = (stream: PassThrough): string => String(stream.read() ?? '');

describe('a claimed stdout', () => {
  it('carries what the protocol writes', async () => {
    const { stdout, stderr, claimed } = fakeProcess();
    claimed.write('{"jsonrpc":"2.0"}\n');
    await new Promise((written) => claimed.end(Buffer.from('{"id":"é"}\n'), () => written(undefined)));
    expect(written(stdout)).toBe('{"jsonrpc":"2.0"}\n{"id":"é"}\n');
    expect(written(stderr)).toBe('');
  });

  it('carries nothing of anybody else: that goes to stderr', () => {
    const { stdout, stderr } = fakeProcess();
    stdout.write('[Nest] LOG\n');
    expect(written(stdout)).toBe('');
    expect(written(stderr)).toBe('[Nest] LOG\n');
  });

  it('fails for the protocol when the client has closed its end', async () => {
    const { stdout, claimed } = fakeProcess();
    const failed = once(claimed, 'error');
    stdout.emit('error', new Error('write EPIPE'));
    await expect(failed).resolves.toMatchObject([{ message: 'write EPIPE' }]);
  });
});
