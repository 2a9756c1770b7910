import { z } from 'zod';

// `k`, `d` and `priv` are the secret halves (RFC 7518 §6, RFC 8037 §2): a set that shows one is no set to trust.
const isPublic = (key: object): boolean => !['d', 'k', 'priv'].some((secret) => secret in key);

const keySchema = z
  .looseObject({
    kty: z.string(),
    kid: z.string().max(1024).optional(),
    alg: z.string().optional(),
    use: z.string().optional(),
    crv: z.string().optional(),
  })
  .refine(isPublic, 'is a private key');

/** RFC 7517 §5, with the limits within which we believe a set. */
export const jwksSchema = z.looseObject({
  keys: z
    .array(keySchema)
    .min(1)
    .max(100)
    .refine((keys) => {
      const kids = keys.flatMap(({ kid }) => kid ?? []);
      return new Set(kids).size === kids.length;
    }, 'has two keys of one kid'),
});
