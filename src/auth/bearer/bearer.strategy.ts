import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-http-bearer';
import { TokenVerifier } from '../verifiers/token.verifier.js';
import { bearerToken } from './bearer.credentials.js';

/** Passport's bearer strategy, closed where its defaults are open: it takes tokens from query and body too. */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy) {
  /** Put there by Passport, for one request. */
  declare error: (error: unknown) => void;

  constructor(private readonly verifier: TokenVerifier) {
    super();
  }

  validate(token: string): Promise<AuthInfo> {
    return this.verifier.verify(token);
  }

  /** The verdict on the request's token, if it has been asked for of late: the same one, without the ceremony. */
  recall(request: Request): AuthInfo | undefined {
    return this.verifier.recall(bearerToken(request));
  }

  override authenticate(request: Request, options?: object): void {
    let authorization: string;
    try {
      authorization = `Bearer ${bearerToken(request)}`;
    } catch (refusal) {
      return this.error(refusal);
    }
    // All that Passport gets to see, so that no query, body or parser of the host can offer it another token. The
    // type claims more than is there; the strategy reads headers, and body and query only if they exist.
    super.authenticate({ headers: { authorization } } as Request, options);
  }
}
