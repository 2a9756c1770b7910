import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import passport from 'passport';
import { InvalidTokenError, MissingTokenError } from '../auth.errors.js';
import { ProtectedResources } from '../protected.resources.js';
import { OpenAnswers } from '../revocation/open.answers.js';
import { asksForStream, StandingStreams } from '../revocation/standing.streams.js';
import { bearerToken } from './bearer.credentials.js';
import { BearerStrategy } from './bearer.strategy.js';
import { PUBLIC_ROUTE } from './public.decorator.js';

/**
 * Stands before every route of the application: one that says nothing is closed. Puts `AuthInfo` on `req.auth`.
 *
 * Nest's `AuthGuard` finds a strategy by its name, in a registry of the whole process, where a second application
 * replaces the first one's. This guard hands Passport the strategy of its own application.
 */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(
    private readonly strategy: BearerStrategy,
    private readonly resources: ProtectedResources,
    private readonly reflector: Reflector,
    private readonly answers: OpenAnswers,
    private readonly streams: StandingStreams,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    // A tool method is guarded in its own context type; its HTTP request has passed here already.
    if (context.getType() !== 'http') return true;
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_ROUTE, [context.getHandler(), context.getClass()])) {
      return true;
    }
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const known = this.strategy.recall(request);
    if (known !== undefined) return this.admit(known, request, response);
    return this.authenticate(request, response).then((auth) => this.admit(auth, request, response));
  }

  private admit(auth: AuthInfo, request: Request, response: Response): true {
    this.requireResource(auth, request.route?.path);
    this.answers.track({ issuer: auth.issuer, subject: auth.subject ?? '' }, response);
    // An opaque token names no audience, and can be revoked without a word.
    if (auth.audience === undefined && asksForStream(request)) {
      this.streams.watch(bearerToken(request), response);
    }
    request.auth = auth;
    return true;
  }

  private authenticate(request: Request, response: Response): Promise<AuthInfo> {
    return new Promise((resolve, reject) => {
      const decided = (error: unknown, auth?: AuthInfo | false | null): void => {
        if (error) reject(error);
        else if (auth) resolve(auth);
        else reject(new MissingTokenError());
      };
      // Passport writes the callbacks of a request onto the instance it is given. On a shared one, a request that
      // waits for Logto would end with the callbacks of a later request: another user's.
      const strategy: BearerStrategy = Object.create(this.strategy);
      passport.authenticate(strategy, { session: false }, decided)(request, response, reject);
    });
  }

  /** A JWT is good for the endpoint it was issued for, not for its neighbours. Opaque tokens name no audience. */
  private requireResource({ audience }: AuthInfo, route: string | undefined): void {
    if (audience === undefined || [audience].flat().includes(this.resources.ofRoute(route).url)) return;
    throw new InvalidTokenError('The access token was issued for another resource');
  }
}
