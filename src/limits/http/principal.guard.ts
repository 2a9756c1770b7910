import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { type Principal, principalOf } from '../../mcp/index.js';
import { ConnectionLimiter } from '../connections/connection.limiter.js';
import { Admissions } from './admissions.js';
import { InFlight } from './in.flight.js';
import { type Authenticated, PrincipalRequests } from './principal.requests.js';

/** Stands behind the guard that says who is calling, and counts for whom it is. */
@Injectable()
export class PrincipalGuard implements CanActivate {
  constructor(
    private readonly requests: PrincipalRequests,
    private readonly admissions: Admissions,
    private readonly inFlight: InFlight,
    private readonly connections: ConnectionLimiter,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const http = context.switchToHttp();
    const req = http.getRequest<Authenticated>();
    const res = http.getResponse<Response>();
    if (req.auth === undefined) return this.admissions.unauthenticated(req, res);
    this.admissions.accept(req);
    this.connections.verify(req);
    const principal = principalOf(req.auth);
    const counted = this.requests.count(principal, res);
    return counted === undefined
      ? this.claim(principal, res)
      : counted.then(() => this.claim(principal, res));
  }

  private claim(principal: Principal, res: Response): true {
    this.inFlight.claim(res, principal);
    return true;
  }
}
