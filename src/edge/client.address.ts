import { isIP } from 'node:net';
import { Logger } from '@nestjs/common';
import express, { type Express, type Request } from 'express';
import { ThrottledWarning } from '../observability/index.js';

/** Gateways add the port, RFC 7239 section 6 adds brackets and quotes, and a zone names an interface of the sender. */
const WITH_PORT = /^"?(?:\[([\da-f:.]+)(?:%[^\]"]*)?\]|([\d.]+))(?::\d{0,5})?"?$/i;

/** Returns the address without its port; undefined for `unknown`, obfuscated names and everything else. */
export function plainAddress(text: string): string | undefined {
  const value = text.trim();
  if (isIP(value) !== 0) return value;
  const [, v6, v4] = WITH_PORT.exec(value) ?? [];
  const address = v6 ?? v4 ?? '';
  return isIP(address) === 0 ? undefined : address;
}

/**
 * Makes `req.ip` an address whatever a trusted proxy writes into `X-Forwarded-For`. Where that is none, the address of
 * the connection counts: all clients of that proxy then share one limit, so the operator has to know.
 */
export function readForwardedAddresses(app: Express): void {
  const warning = new ThrottledWarning(new Logger('Edge'), 'forwarded.address_unreadable');
  const isTrusted: (address: string, hop: number) => boolean = app.get('trust proxy fn');
  app.set('trust proxy', (address: string, hop: number) => isTrusted(plainAddress(address) ?? address, hop));
  const addressOf = (req: Request): string | undefined => {
    const forwarded: string | undefined = Reflect.get(express.request, 'ip', req);
    const address = forwarded === undefined ? undefined : plainAddress(forwarded);
    if (forwarded !== undefined && address === undefined) warning.report();
    return address ?? req.socket.remoteAddress;
  };
  Object.defineProperty(app.request, 'ip', {
    configurable: true,
    get(this: Request) {
      return addressOf(this);
    },
  });
}
