import { createHash } from 'node:crypto';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { Injectable } from '@nestjs/common';
import type { JWTVerifyOptions } from 'jose';
import { LRUCache } from 'lru-cache';
import { createVerifyJwt, MCPAuthTokenVerificationError } from 'mcp-auth';
import { Config } from '../../config/index.js';
import { LogtoKeys, LogtoUnavailableError } from '../../logto/index.js';
import { atMost } from '../../storage/index.js';
import { InvalidTokenError, VerificationBusyError } from '../auth.errors.js';
import { ProtectedResources } from '../protected.resources.js';
import { ALGORITHMS, checkedClaims, type ClaimsPolicy, unverified } from './jwt.schema.js';
import { SignatureQueue } from './signature.queue.js';
import { TokenVerifier } from './token.verifier.js';

const MOST_PROVEN = 20_000;

/** JWT access tokens (RFC 9068) that Logto issued for one of our resources. Asks nobody but the key set. */
@Injectable()
export class JwtVerifier extends TokenVerifier {
  private readonly options: JWTVerifyOptions;
  private readonly queue = new SignatureQueue();
  /** Hashes of tokens that were good: not a verdict, but a place in the queue, for when their verdict is forgotten. */
  private readonly proven = new LRUCache<string, true>(atMost(MOST_PROVEN));

  constructor(
    private readonly config: Config,
    private readonly resources: ProtectedResources,
    private readonly keys: LogtoKeys,
  ) {
    super();
    this.options = {
      issuer: config.logto.issuer,
      audience: resources.urls,
      typ: 'at+jwt',
      algorithms: [...ALGORITHMS],
      requiredClaims: ['exp', 'client_id'],
      clockTolerance: config.auth.clockSkewSeconds,
    };
  }

  async verify(token: string): Promise<AuthInfo> {
    // An ES384 signature costs about a millisecond: what can be refused without it, is.
    unverified(token, this.policy());
    const verified = await this.signed(token);
    const { jti: _, ...claims } = checkedClaims(verified.claims, this.policy());
    return {
      token: '',
      issuer: claims.iss,
      subject: claims.sub,
      clientId: claims.client_id,
      scopes: [...new Set(verified.scopes)],
      audience: claims.aud,
      expiresAt: claims.exp,
      claims,
    };
  }

  private policy(): ClaimsPolicy {
    return {
      issuer: this.config.logto.issuer,
      audiences: this.resources.urls,
      skewSeconds: this.config.auth.clockSkewSeconds,
      now: Math.floor(Date.now() / 1000),
    };
  }

  private async signed(token: string): Promise<AuthInfo> {
    const hash = createHash('sha256').update(token).digest('base64url');
    let leave: () => void = () => undefined;
    const verify = createVerifyJwt(async (header, jws) => {
      const key = await this.keys.getKey(header, jws);
      // Only now: who waits for Logto to name a key must not hold up those whose keys are known.
      leave = await this.queue.enter(this.proven.has(hash));
      return key;
    }, this.options);
    try {
      const auth = await verify(token);
      this.proven.set(hash, true);
      return auth;
    } catch (error) {
      const obstacle = obstacleBehind(error);
      if (obstacle !== undefined) throw obstacle;
      throw new InvalidTokenError('The signature of the access token is not valid', { cause: error });
    } finally {
      leave();
    }
  }
}

/** mcp-auth wraps whatever the key lookup throws, and would call an outage a bad token. */
function obstacleBehind(error: unknown): LogtoUnavailableError | VerificationBusyError | undefined {
  let cause: unknown = error instanceof MCPAuthTokenVerificationError ? error.cause : undefined;
  if (typeof cause === 'object' && cause !== null && 'cause' in cause) cause = cause.cause;
  if (cause instanceof LogtoUnavailableError || cause instanceof VerificationBusyError) return cause;
  return undefined;
}
