import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
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
  const closed: Fields = [['Cache-Control', 'no-store'], ...fieldsOf(helmet(common))];
  const open = fieldsOf(helmet({ ...common, crossOriginResourcePolicy: { policy: 'cross-origin' } }));
  return (req, res) => {
    for (const [name, value] of isOpenDocument(req.url ?? '') ? open : closed) res.setHeader(name, value);
  };
}

type Fields = readonly (readonly [name: string, value: string])[];

/** What a middleware writes, which is the same for every request. Helmet passes each through a dozen of its own. */
function fieldsOf(middleware: ReturnType<typeof helmet>): Fields {
  const req = new IncomingMessage(new Socket());
  const res = new ServerResponse(req);
  middleware(req, res, () => undefined);
  return Object.entries(res.getHeaders()).map(([name, value]) => [name, String(value)]);
}
