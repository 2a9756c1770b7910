import { IncomingMessage, ServerResponse, type ServerOptions } from 'node:http';
import type { Express } from 'express';

/**
 * Classes for Node's server, so that its requests and responses are this application's from the start. Express gives
 * each of them another prototype otherwise, by which V8 has to look up every property of every one of them anew.
 */
export function messagesOf(app: Express): Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> {
  class AppRequest extends IncomingMessage {}
  class AppResponse<Request extends IncomingMessage> extends ServerResponse<Request> {}
  app.request = heir(AppRequest.prototype, app.request);
  app.response = heir(AppResponse.prototype, app.response);
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse };
}

/** Express's prototypes inherit from Node's, so nothing of a class of Node's is lost. */
const heir = <T extends object>(prototype: object, parent: T): T => Object.setPrototypeOf(prototype, parent);
