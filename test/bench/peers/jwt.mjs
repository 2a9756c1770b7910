import { createRemoteJWKSet, jwtVerify } from 'jose';

const keys = createRemoteJWKSet(new URL(process.env.BENCH_JWKS ?? 'http://127.0.0.1/'));
const { BENCH_ISSUER: issuer, BENCH_AUDIENCE: audience } = process.env;

/** A JWT as jose's documentation verifies it: signature, issuer, audience, times. */
export async function verifyJwt(token) {
  const { payload } = await jwtVerify(token, keys, { issuer, audience });
  return {
    token,
    clientId: String(payload.client_id),
    scopes: String(payload.scope ?? '').split(' '),
    expiresAt: payload.exp,
    extra: payload,
  };
}

/** Asks once for each token, and believes the answer for a minute. */
export function remembered(verify) {
  const known = new Map();
  return async (token) => {
    const entry = known.get(token);
    if (entry !== undefined && entry.until > Date.now()) return entry.answer;
    const answer = await verify(token);
    if (known.size >= 10_000) known.clear();
    known.set(token, { answer, until: Date.now() + 60_000 });
    return answer;
  };
}
