import { Controller, Get, Ip, Module } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { AppModule } from '../../src/app.module.js';
import { createApp } from '../../src/app.js';
import { Public } from '../../src/auth/index.js';
import { readConfig } from '../../src/config/index.js';

@Controller('ip')
@Public()
class IpController {
  @Get()
  ip(@Ip() ip: string) {
    return { ip };
  }
}

@Module({ controllers: [IpController] })
class IpModule {}

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

/** The address that a server counts a request for. */
async function addressOf(trusted: string, forwardedFor: string): Promise<unknown> {
  const config = readConfig({
    PUBLIC_URL: 'http://localhost:3000',
    LOGTO_ENDPOINT: 'http://127.0.0.1:9',
    LOG_LEVEL: 'fatal',
    TRUST_PROXY: trusted,
  });
  class Root {}
  const app = await createApp(config, { module: Root, imports: [AppModule.forRoot(config), IpModule] });
  close = () => app.close();
  await app.listen(0, '127.0.0.1');
  const response = await fetch(`${await app.getUrl()}/ip`, { headers: { 'X-Forwarded-For': forwardedFor } });
  return ((await response.json()) as { ip: unknown }).ip;
}

describe('the address of a client', () => {
  it.each([
    ['[row 94] is the connection’s when no proxy is trusted', '', '203.0.113.7', '127.0.0.1'],
    ['[row 94] is the connection’s when another proxy is trusted', '10.0.0.0/8', '203.0.113.7', '127.0.0.1'],
    ['is what a trusted proxy says', '127.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['is what the last trusted proxy says', 'loopback', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
    [
      'is what lies behind all trusted proxies',
      '127.0.0.1,10.0.0.0/8',
      '203.0.113.7, 10.1.1.1',
      '203.0.113.7',
    ],
    ['is as many steps back as there are proxies', '2', '198.51.100.1, 203.0.113.7, 10.0.0.9', '203.0.113.7'],
    ['is without the port of a gateway', 'loopback', '203.0.113.7:51234', '203.0.113.7'],
    ['is without brackets and port', 'loopback', '[2001:db8::1]:443', '2001:db8::1'],
    ['is without brackets', 'loopback', '[2001:db8::1]', '2001:db8::1'],
    ['is without quotes', 'loopback', '"[2001:db8::1]:443"', '2001:db8::1'],
    ['is without a zone beside its port', 'loopback', '[fe80::1%25eth0]:443', 'fe80::1'],
    ['is without the port, mapped', 'loopback', '[::ffff:203.0.113.7]:80', '::ffff:203.0.113.7'],
    [
      'lies behind a trusted proxy with a port',
      'loopback,10.0.0.0/8',
      '203.0.113.7:1, 10.1.1.1:2',
      '203.0.113.7',
    ],
    [
      'lies behind a trusted proxy in brackets',
      'loopback,fd00::/8',
      '203.0.113.7:1, [fd00::1]:2',
      '203.0.113.7',
    ],
    [
      'is no proxy that is not trusted, port or not',
      'loopback',
      '198.51.100.1, 203.0.113.7:80',
      '203.0.113.7',
    ],
    ['is as many steps back, with ports', '2', '198.51.100.1:1, 203.0.113.7:2, 10.0.0.9:3', '203.0.113.7'],
  ])('%s', async (_name, trusted, forwardedFor, ip) => {
    expect(await addressOf(trusted, forwardedFor)).toBe(ip);
  });

  it.each([
    'unknown',
    '_hidden',
    'for=203.0.113.7',
    '203.0.113.256',
    '203.0.113.7:port',
    '[2001:db8::1',
    '2001:db8::1::2',
    'evil.example',
    '203.0.113.7;198.51.100.1',
    '198.51.100.1, unknown',
  ])('is the connection’s where the proxy writes no address: %s', async (forwardedFor) => {
    expect(await addressOf('loopback', forwardedFor)).toBe('127.0.0.1');
  });

  it('is what the proxy adds, whatever its client has written before', async () => {
    expect(await addressOf('loopback', 'unknown, :::, "\\", 203.0.113.7:80')).toBe('203.0.113.7');
  });
});
