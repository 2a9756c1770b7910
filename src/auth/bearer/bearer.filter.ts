import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { MCPAuthBearerAuthError, MCPAuthTokenVerificationError } from 'mcp-auth';
import { Config } from '../../config/index.js';
import { LogtoUnavailableError } from '../../logto/index.js';
import { AuthError, InsufficientScopeError, InvalidTokenError } from '../auth.errors.js';
import { namedScopes } from '../auth.scopes.js';
import { ProtectedResources } from '../protected.resources.js';
import { challengeFor } from './bearer.challenge.js';

type Refusal = AuthError | LogtoUnavailableError | MCPAuthBearerAuthError | MCPAuthTokenVerificationError;

/** The one place that writes `WWW-Authenticate`, and the one that says "ask again later". */
@Injectable()
@Catch(AuthError, LogtoUnavailableError, MCPAuthBearerAuthError, MCPAuthTokenVerificationError)
export class BearerFilter implements ExceptionFilter<Refusal> {
  private readonly log = new Logger('Auth');

  constructor(
    private readonly config: Config,
    private readonly resources: ProtectedResources,
  ) {}

  catch(refusal: Refusal, host: ArgumentsHost): void {
    // A tool's error belongs to whoever called the tool.
    if (host.getType() !== 'http') throw refusal;
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) {
      // The answer has begun: cutting it off is the only way left to say that it is not complete.
      response.destroy();
      return;
    }
    response.setHeader('Cache-Control', 'no-store');
    if (refusal instanceof LogtoUnavailableError) this.unavailable(refusal, response);
    else this.challenge(this.translated(refusal, request), request, response);
  }

  private challenge(error: AuthError, request: Request, response: Response): void {
    this.log.debug({ event: 'request.refused', reason: error.code, detail: error.message });
    const { metadataUrl } = this.resources.ofRoute(request.route?.path);
    const { status, header, body } = challengeFor(error, metadataUrl, namedScopes(this.config.auth.scopes));
    response.status(status).setHeader('WWW-Authenticate', header);
    response.json(body);
  }

  private unavailable(error: LogtoUnavailableError, response: Response): void {
    // Whoever invents kids could fill the log; real trouble has other reasons.
    const level = error.reason === 'key_not_yet_asked_for' ? 'debug' : 'warn';
    this.log[level]({ event: 'request.unchecked', reason: error.reason });
    response.status(503).setHeader('Retry-After', String(error.retryAfterSeconds));
    response.json({ error: 'temporarily_unavailable', error_description: error.message });
  }

  /** The engine knows no error of ours; what a tool wants it says in mcp-auth's words. */
  private translated(refusal: Exclude<Refusal, LogtoUnavailableError>, request: Request): AuthError {
    if (refusal instanceof AuthError) return refusal;
    if (refusal instanceof MCPAuthBearerAuthError && refusal.code === 'missing_required_scopes') {
      const kept = namedScopes([...this.config.auth.scopes, ...(request.auth?.scopes ?? [])]);
      return new InsufficientScopeError(refusal.cause?.missingScopes ?? [], kept, { cause: refusal });
    }
    return new InvalidTokenError('The access token is not accepted', { cause: refusal });
  }
}
