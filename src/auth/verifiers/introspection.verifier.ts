import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { IntrospectionClient } from '../../logto/index.js';
import { InsufficientScopeError, InvalidTokenError } from '../auth.errors.js';
import { judged } from './logto.verdict.js';
import { TokenVerifier } from './token.verifier.js';
import { UserinfoVerifier } from './userinfo.verifier.js';

/** Opaque tokens of known clients: RFC 7662 says which client has the token, userinfo says who the user is. */
@Injectable()
export class IntrospectionVerifier extends TokenVerifier {
  constructor(
    private readonly config: Config,
    private readonly introspection: IntrospectionClient,
    private readonly userinfo: UserinfoVerifier,
  ) {
    super();
  }

  async verify(token: string): Promise<AuthInfo> {
    const facts = await judged(this.introspection.introspect(token));
    const now = Math.floor(Date.now() / 1000);
    if (facts === undefined || facts.exp <= now - this.config.auth.clockSkewSeconds) {
      throw new InvalidTokenError('The access token is not active');
    }
    if (!this.isAllowed(facts.client_id)) {
      throw new InvalidTokenError('The access token was issued to a client that is not accepted here');
    }
    const scopes = facts.scope.split(' ').filter((scope) => scope !== '');
    if (!scopes.includes('openid')) throw new InsufficientScopeError(['openid']);
    const user = await this.userinfo.verify(token);
    if (user.subject !== facts.sub) throw new InvalidTokenError('The access token belongs to two users');
    return { ...user, clientId: facts.client_id, scopes, expiresAt: facts.exp };
  }

  private isAllowed(clientId: string): boolean {
    const { allowedClients } = this.config.auth;
    return allowedClients.length === 0 || allowedClients.includes(clientId);
  }
}
