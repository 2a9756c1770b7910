import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { Admissions } from './admissions.js';
import { type Authenticated, PrincipalRequests } from './principal.requests.js';

/** Stands behind the guard that says who is calling, and counts for whom it is. */
@Injectable()
export class PrincipalGuard implements CanActivate {
  constructor(
    private readonly requests: PrincipalRequests,
    private readonly admissions: Admissions,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const http = context.switchToHttp();
    const req = http.getRequest<Authenticated>();
    if (req.auth === undefined) return true;
    this.admissions.accept(req);
    await this.requests.count(req.auth, http.getResponse<Response>());
    return true;
  }
}
