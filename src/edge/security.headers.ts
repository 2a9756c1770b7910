import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';
import { isOpenDocument } from './request.target.js';

const HALF_YEAR_SECONDS = 15_552_000;

/**
 * Headers of every answer, refusals included. An API has no page, so its policy allows none; a route that serves one
 * sets its own. Nothing is stored unless it is the same for everybody.
 */
export function securityHeaders(publicUrl: string): (req: IncomingMessage, res: ServerResponse) => void {
  const common: HelmetOptions = {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    // RFC 6797 section 7.2: not to be sent over plain HTTP.
    strictTransportSecurity: publicUrl.startsWith('https:') && { maxAge: HALF_YEAR_SECONDS },
    // Express is told not to send it.
    xPoweredBy: false,
  };
  const closed = helmet(common);
  const open = helmet({ ...common, crossOriginResourcePolicy: { policy: 'cross-origin' } });
  return (req, res) => {
    const isOpen = isOpenDocument(req.url ?? '');
    if (!isOpen) res.setHeader('Cache-Control', 'no-store');
    (isOpen ? open : closed)(req, res, () => undefined);
  };
}
