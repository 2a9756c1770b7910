import { describe, expect, it } from 'vitest';
import type { TokenMode } from '../../config/index.js';
import { InvalidTokenError } from '../auth.errors.js';
import { part64 } from '../testing/signing.fixture.js';
import { RoutingVerifier } from './routing.verifier.js';
import { TokenVerifier } from './token.verifier.js';

/** Remembers that it was asked, and answers with its own name. */
class NamedVerifier extends TokenVerifier {
  asked = 0;

  constructor(
    private readonly name: string,
    private readonly refuses = false,
  ) {
    super();
  }

  verify() {
    this.asked += 1;
    if (this.refuses) return Promise.reject(new InvalidTokenError(this.name));
    return Promise.resolve({ token: '', issuer: 'i', clientId: this.name, scopes: [] });
  }
}

const HEADER = part64('{"alg":"ES384"}');
const JWT = `${HEADER}.e30.c2ln`;

const route = (mode: TokenMode, jwt = new NamedVerifier('jwt'), opaque = new NamedVerifier('opaque')) => ({
  jwt,
  opaque,
  verifier: new RoutingVerifier(mode, jwt, opaque),
});

describe('RoutingVerifier', () => {
  it.each([
    ['auto', JWT, 'jwt'],
    ['auto', 'opaque-token', 'opaque'],
    ['jwt', JWT, 'jwt'],
    ['userinfo', 'opaque-token', 'opaque'],
  ] as const)('in mode %s sends %s to the %s verifier', async (mode, token, name) => {
    await expect(route(mode).verifier.verify(token)).resolves.toMatchObject({ clientId: name });
  });

  it.each([
    ['jwt', 'opaque-token', 'Opaque access tokens are not accepted here'],
    ['userinfo', JWT, 'JWT access tokens are not accepted here'],
    ['auto', `${HEADER}.a.b.c.d`, 'The access token is malformed'],
    ['auto', `${HEADER}.e30`, 'The access token is malformed'],
    ['auto', 'a.b.c', 'The access token is malformed'],
    ['auto', `${part64('[]')}.e30.c2ln`, 'The access token is malformed'],
    ['auto', '..', 'The access token is malformed'],
  ] as const)('[row 48] in mode %s refuses %s without asking anybody', async (mode, token, message) => {
    const { verifier, jwt, opaque } = route(mode);
    await expect(verifier.verify(token)).rejects.toThrow(new InvalidTokenError(message));
    expect([jwt.asked, opaque.asked]).toEqual([0, 0]);
  });

  it('does not ask for a second opinion on a JWT that was refused', async () => {
    const { verifier, opaque } = route('auto', new NamedVerifier('jwt', true));
    await expect(verifier.verify(JWT)).rejects.toThrow(new InvalidTokenError('jwt'));
    expect(opaque.asked).toBe(0);
  });
});
