import { createServer } from 'node:http';

/** What the driver tells every server. */
export const PORT = Number(process.env.PORT);

/** What whoami answers: the same for every server, so that all of them write the same bytes. */
export const CLAIMS = JSON.parse(process.env.BENCH_CLAIMS ?? '{}');

export const listen = (handler) => createServer(handler).listen(PORT, '127.0.0.1');

export const whoami = () => ({
  content: [{ type: 'text', text: JSON.stringify(CLAIMS, null, 2) }],
  structuredContent: CLAIMS,
});
