import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { UserinfoClient } from '../../logto/index.js';
import { InvalidTokenError } from '../auth.errors.js';
import { subjectSchema } from './jwt.schema.js';
import { judged } from './logto.verdict.js';
import { TokenVerifier } from './token.verifier.js';

/**
 * Opaque tokens, judged by Logto's userinfo endpoint. It answers for every app of the tenant and does not say which,
 * so `clientId` stays empty and no audience is known.
 */
@Injectable()
export class UserinfoVerifier extends TokenVerifier {
  constructor(
    private readonly config: Config,
    private readonly userinfo: UserinfoClient,
  ) {
    super();
  }

  async verify(token: string): Promise<AuthInfo> {
    const claims = await judged(this.userinfo.fetch(token));
    if (!subjectSchema.safeParse(claims.sub).success) {
      throw new InvalidTokenError('The access token belongs to no user');
    }
    return {
      token: '',
      issuer: this.config.logto.issuer,
      subject: claims.sub,
      clientId: '',
      scopes: [],
      claims,
    };
  }
}
