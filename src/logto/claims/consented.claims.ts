import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ManagementClient } from '../clients/management.client.js';
import { SingleFlight } from '../http/single.flight.js';
import { TokenRejectedError } from '../logto.errors.js';
import { claimsFor } from './claims.mapping.js';
import { grantedScopes } from './grant.policy.js';

const TTL_MS = 60_000;
/**
 * Grants and tokens are dated in whole seconds, so a narrower consent of the token's own second may still arrive. Until
 * that second is over, on any clock near ours, an answer is not kept.
 */
const SETTLED_SECONDS = 5;
const MAX_ENTRIES = 5_000;
/** Custom data is of any size, so the memory is bounded too, counted in characters of JSON. */
const MAX_CHARACTERS = 32 * 1024 * 1024;

/** A JWT, as far as the question of consent goes. */
export interface ConsentQuestion {
  readonly subject: string;
  readonly clientId: string;
  /** The token's `iat`, in seconds. */
  readonly issuedAt: number;
}

type Claims = Record<string, unknown>;

/**
 * The identity claims of a JWT's user, no more than that user granted this client. A JWT carries none and userinfo
 * refuses it, so they come from the Management API, which knows no consent: the filter is here.
 */
@Injectable()
export class ConsentedClaims {
  /** Whether the Management API can be asked. */
  readonly available: boolean;
  private readonly flight = new SingleFlight<string>();
  /** As JSON, of which each caller makes its own: what one does to it must not reach the next. */
  private readonly cache = new LRUCache<string, string>({
    max: MAX_ENTRIES,
    ttl: TTL_MS,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (json) => json.length,
  });

  constructor(private readonly management: ManagementClient) {
    this.available = management.available;
  }

  /**
   * `undefined` without credentials for the Management API.
   * @throws {TokenRejectedError} when the user is suspended or gone
   * @throws {LogtoUnavailableError} when Logto did not say
   */
  async of(question: ConsentQuestion): Promise<Claims | undefined> {
    if (!this.available) return undefined;
    const key = JSON.stringify([question.subject, question.clientId, question.issuedAt]);
    const json = this.cache.get(key) ?? (await this.flight.run(key, () => this.ask(key, question)));
    // Written below, from an object.
    return JSON.parse(json) as Claims;
  }

  private async ask(key: string, { subject, clientId, issuedAt }: ConsentQuestion): Promise<string> {
    const [user, grants] = await Promise.all([
      this.management.user(subject),
      this.management.grants(subject),
    ]);
    // Claims of somebody else would be worse than none.
    if (user === undefined || user.id !== subject || user.isSuspended) {
      throw new TokenRejectedError('The account of the access token is not active');
    }
    const scopes = grantedScopes(grants, { clientId, issuedAt });
    const roles = scopes.has('roles') ? await this.management.roles(subject) : [];
    const json = JSON.stringify(claimsFor(user, scopes, roles));
    if (Date.now() >= (issuedAt + SETTLED_SECONDS) * 1000) this.cache.set(key, json);
    return json;
  }
}
