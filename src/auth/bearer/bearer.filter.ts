import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { MCPAuthBearerAuthError, MCPAuthTokenVerificationError } from 'mcp-auth';
import { Config } from '../../config/index.js';
import { LogtoUnavailableError } from '../../logto/index.js';
import {
  AuthError,
  InsufficientScopeError,
  InvalidTokenError,
  VerificationBusyError,
} from '../auth.errors.js';
import { namedScopes } from '../auth.scopes.js';
import { ProtectedResources } from '../protected.resources.js';
import { challengeFor } from './bearer.challenge.js';

/** Nothing was said about the token. */
type Obstacle = LogtoUnavailableError | VerificationBusyError;
type Verdict = AuthError | MCPAuthBearerAuthError | MCPAuthTokenVerificationError;

const isObstacle = (refusal: Obstacle | Verdict): refusal is Obstacle =>
  refusal instanceof LogtoUnavailableError || refusal instanceof VerificationBusyError;

/** The one place that writes `WWW-Authenticate`, and the one that says "ask again later". */
@Injectable()
@Catch(
  AuthError,
  LogtoUnavailableError,
  VerificationBusyError,
  MCPAuthBearerAuthError,
  MCPAuthTokenVerificationError,
)
export class BearerFilter implements ExceptionFilter<Obstacle | Verdict> {
  private readonly log = new Logger('Auth');

  constructor(
    private readonly config: Config,
    private readonly resources: ProtectedResources,
  ) {}

  catch(refusal: Obstacle | Verdict, host: ArgumentsHost): void {
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
    if (isObstacle(refusal)) this.unavailable(refusal, response);
    else this.challenge(this.translated(refusal, request), request, response);
  }

  private challenge(error: AuthError, request: Request, response: Response): void {
    this.log.debug({ event: 'request.refused', reason: error.code, detail: error.message });
    const { metadataUrl } = this.resources.ofRoute(request.route?.path);
    const { status, header, body } = challengeFor(error, metadataUrl, namedScopes(this.config.auth.scopes));
    response.status(status).setHeader('WWW-Authenticate', header);
    response.json(body);
  }

  private unavailable(error: Obstacle, response: Response): void {
    const reason = error instanceof LogtoUnavailableError ? error.reason : 'busy';
    // Whoever invents keys or signatures could fill the log; an outage is for a person to see.
    const level = reason === 'busy' || reason === 'key_not_yet_asked_for' ? 'debug' : 'warn';
    this.log[level]({ event: 'request.unchecked', reason });
    response.status(503).setHeader('Retry-After', String(error.retryAfterSeconds));
    response.json({ error: 'temporarily_unavailable', error_description: error.message });
  }

  /** The engine knows no error of ours; what a tool wants it says in mcp-auth's words. */
  private translated(refusal: Verdict, request: Request): AuthError {
    if (refusal instanceof AuthError) return refusal;
    if (refusal instanceof MCPAuthBearerAuthError && refusal.code === 'missing_required_scopes') {
      const kept = namedScopes([...this.config.auth.scopes, ...(request.auth?.scopes ?? [])]);
      return new InsufficientScopeError(refusal.cause?.missingScopes ?? [], kept, { cause: refusal });
    }
    return new InvalidTokenError('The access token is not accepted', { cause: refusal });
  }
}
