import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { MCPAuthBearerAuthError } from 'mcp-auth';
import { Catalog } from '../features/catalog.js';
import { scopesWantedBy } from '../server/scope.policy.js';
import { exchangeOf } from './exchange.js';

/**
 * Refuses an operation that needs more scopes while HTTP can still say so: 403 with all scopes of the operation, from
 * which a client starts a step-up. The dispatcher asks the same question again below every transport.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#scope-challenge-handling
 */
@Injectable()
export class ScopeGuard implements CanActivate {
  constructor(private readonly catalog: Catalog) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const { body, principal } = exchangeOf(http.getRequest(), http.getResponse());
    const messages: unknown[] = Array.isArray(body) ? body : [body];
    const wanted = scopesWantedBy(messages, this.catalog, principal);
    if (wanted === undefined) return true;
    // The type that auth and this engine share; auth's filter renders it.
    throw new MCPAuthBearerAuthError('missing_required_scopes', { missingScopes: [...wanted] });
  }
}
