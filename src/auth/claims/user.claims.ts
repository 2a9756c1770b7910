import { Injectable } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { ConsentedClaims, LogtoUnavailableError } from '../../logto/index.js';
import { profileClaimsOf, userClaimsIn } from './claim.names.js';

/** Whose claims are wanted: what the engine knows of a caller. */
export interface ClaimsSubject {
  readonly issuer: string;
  readonly subject: string;
  readonly clientId: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Claims that could not be had, for the caller to read. */
export interface UnavailableClaims {
  readonly claims: readonly string[];
  readonly reason: string;
  readonly cure: string;
}

export interface ClaimsAnswer {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly unavailable?: UnavailableClaims;
}

const WITHOUT_CREDENTIALS = {
  reason: 'A JWT access token carries no profile, and Logto answers about its user only to a trusted server.',
  cure:
    'Set LOGTO_MANAGEMENT_CLIENT_ID and LOGTO_MANAGEMENT_CLIENT_SECRET on this server, ' +
    'or add the claims to the token with custom token claims in Logto.',
};

/** The grants of before and after cannot be told apart without it. */
const WITHOUT_TIME = {
  reason: 'The access token does not say when it was issued, so what was granted by then cannot be known.',
  cure: 'Use an access token with an iat claim, as RFC 9068 demands.',
};

/** It does not pass, so it is told rather than called an outage: the caller would try again for ever. */
const TOO_LARGE = {
  reason: 'What Logto has to say of this user, grants above all, is more than this server reads.',
  cure: "Delete grants of the user that are no longer needed, in Logto, or limit them with the app's maxAllowedGrants.",
};

/**
 * What a caller may be told about its user: what the user granted this client, whatever the kind of token.
 * An opaque token was asked about at the userinfo endpoint, which knows the grant. A JWT has no profile claims and
 * userinfo refuses it, so Logto's Management API says what userinfo would have said.
 */
@Injectable()
export class UserClaims {
  constructor(
    private readonly config: Config,
    private readonly consented: ConsentedClaims,
  ) {}

  /**
   * @throws {TokenRejectedError} when the user's account is suspended or gone since the token was issued
   * @throws {LogtoUnavailableError} when Logto cannot be asked what was granted
   */
  async of(principal: ClaimsSubject): Promise<ClaimsAnswer> {
    const { jti: _, ...claims } = principal.claims;
    // Only an access token has an audience; a userinfo answer has none.
    if (claims['aud'] === undefined) return { claims };
    if (!this.consented.available) return this.tokenOnly(claims, WITHOUT_CREDENTIALS);
    const issuedAt = claims['iat'];
    if (typeof issuedAt !== 'number') return this.tokenOnly(claims, WITHOUT_TIME);
    const { subject, clientId } = principal;
    try {
      const consented = await this.consented.of({ subject, clientId, issuedAt });
      return { claims: { sub: subject, ...userClaimsIn(claims), ...consented } };
    } catch (error) {
      if (error instanceof LogtoUnavailableError && error.reason === 'too_large') {
        return this.tokenOnly(claims, TOO_LARGE);
      }
      throw error;
    }
  }

  private tokenOnly(claims: Record<string, unknown>, why: Omit<UnavailableClaims, 'claims'>): ClaimsAnswer {
    const missing = profileClaimsOf(this.config.auth.scopes).filter((name) => !(name in claims));
    return missing.length === 0 ? { claims } : { claims, unavailable: { claims: missing, ...why } };
  }
}
