import { afterEach, describe, expect, it } from 'vitest';
import { LoopbackReceiver } from '../../examples/agent/loopback.receiver.js';

const open: LoopbackReceiver[] = [];

async function listening(): Promise<LoopbackReceiver> {
  const receiver = await LoopbackReceiver.listen();
  open.push(receiver);
  return receiver;
}

afterEach(() => open.splice(0).forEach((receiver) => receiver.close()));

describe('LoopbackReceiver', () => {
  it('has a redirect URI on a free port of 127.0.0.1', async () => {
    const [one, other] = [await listening(), await listening()];
    expect(one.redirectUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    expect(other.redirectUrl).not.toBe(one.redirectUrl);
  });

  it('hands over the query that the browser brings, even when it came first', async () => {
    const receiver = await listening();
    const page = await fetch(`${receiver.redirectUrl}?code=c&state=s`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('You can close this page');
    expect((await receiver.query(1000)).toString()).toBe('code=c&state=s');
  });

  it('takes neither another path nor another method for the answer', async () => {
    const receiver = await listening();
    expect((await fetch(new URL('/favicon.ico?code=no', receiver.redirectUrl))).status).toBe(404);
    expect((await fetch(`${receiver.redirectUrl}?code=no`, { method: 'POST' })).status).toBe(404);
    await expect(receiver.query(50)).rejects.toMatchObject({ code: 'timeout' });
  });
});
