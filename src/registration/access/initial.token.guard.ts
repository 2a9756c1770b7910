import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { RegistrationTokenError } from '../../auth/index.js';
import { RegistrationOptions } from '../registration.options.js';
import { fitsHash, hashOf } from './access.token.js';
import { bearerOf } from './bearer.header.js';

/** Asks for the initial access token of RFC 7591 section 3, where the operator has set one. */
@Injectable()
export class InitialTokenGuard implements CanActivate {
  constructor(private readonly options: RegistrationOptions) {}

  canActivate(context: ExecutionContext): boolean {
    const { mode, token } = this.options;
    if (mode === 'open') return true;
    const { authorization } = context.switchToHttp().getRequest<Request>().headers;
    const known = token === undefined ? undefined : hashOf(token);
    if (!fitsHash(bearerOf(authorization), known)) throw new RegistrationTokenError('invalid');
    return true;
  }
}
