import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HttpException } from '@nestjs/common';
// Not from the package's face, which loads what takes files in and a second list of all media types.
import { ExpressAdapter } from '@nestjs/platform-express/adapters/express-adapter.js';
import express, { type Express } from 'express';
import type { Config } from '../config/index.js';
import { readForwardedAddresses } from './client.address.js';
import { ClientErrors } from './client.errors.js';
import { Drain } from './drain.js';
import { messagesOf } from './express.messages.js';
import { Gate } from './gate.js';
import { NOT_FOUND, sendRefusal, SERVER_ERROR } from './refusal.js';
import { securityHeaders } from './security.headers.js';
import { createLimitedServer } from './server.limits.js';
import { cutStalled } from './stalled.answer.js';
import { TurnCorks } from './turn.corks.js';

/** How long answers that have been ended may take to reach their clients, once the application closes. */
const LINGER_MS = 500;

/** Nest's Express adapter behind a server with limits, a gate before it, and JSON for whatever falls through. */
export class EdgeAdapter extends ExpressAdapter {
  readonly drain = new Drain();

  constructor(private readonly http: Config['http']) {
    super(strictExpress(http));
  }

  override initHttpServer(): void {
    const gate = new Gate(this.http);
    const addHeaders = securityHeaders(this.http.publicUrl);
    const clientErrors = new ClientErrors();
    const corks = new TurnCorks();
    const app: Express = this.getInstance();
    const listener = (req: IncomingMessage, res: ServerResponse): void => {
      corks.hold(req.socket);
      clientErrors.track(res);
      this.drain.track(res);
      cutStalled(res, this.http.requestTimeoutSeconds * 1000);
      // The client has gone; whoever writes on learns it from 'close'.
      res.on('error', () => undefined);
      addHeaders(req, res);
      const refusal = gate.admit(req);
      if (refusal !== undefined) return sendRefusal(res, refusal);
      const fallThrough = (error?: unknown) => sendRefusal(res, error ? SERVER_ERROR : NOT_FOUND);
      // Which they are: see messagesOf.
      app(req as express.Request, res as express.Response, fallThrough);
    };
    this.httpServer = createLimitedServer(this.http, listener, messagesOf(app));
    this.httpServer.on('connection', (socket: Socket) => clientErrors.watch(socket));
    this.httpServer.on('clientError', (error, socket: Socket) => clientErrors.answer(error, socket));
  }

  /** Nest's own answer repeats the URL, and with it the token that somebody may have put there. */
  override setNotFoundHandler(): void {
    // Nothing is mounted: the request falls through.
  }

  /** Likewise: the messages of Express's errors hold what the client sent. */
  override mapException(error: unknown): unknown {
    const mapped = super.mapException(error);
    if (mapped === error || !(mapped instanceof HttpException)) return mapped;
    const body = { error: 'invalid_request', error_description: 'This request cannot be read' };
    return new HttpException(body, mapped.getStatus(), { cause: error });
  }

  /** Ends every connection: at once where nobody waits, after a moment where an answer is on its way. */
  override async close(): Promise<void> {
    const closed = super.close();
    const timer = setTimeout(() => this.httpServer.closeAllConnections(), LINGER_MS);
    await closed;
    clearTimeout(timer);
  }
}

function strictExpress({ trustedProxies }: Config['http']): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  // One spelling a route: what stands before us may guard paths, and compares them byte by byte.
  app.enable('case sensitive routing').enable('strict routing');
  app.set('trust proxy', trustedProxies);
  if (typeof trustedProxies === 'number' || trustedProxies.length > 0) readForwardedAddresses(app);
  return app;
}
