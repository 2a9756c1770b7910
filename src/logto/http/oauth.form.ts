import { z } from 'zod';
import type { BoundedAnswer } from './bounded.fetch.js';

const errorSchema = z.looseObject({ error: z.string(), scope: z.string().optional() });

/** An error answer in the form of RFC 6749 §5.2, which Logto uses at every endpoint. */
export type OAuthError = z.output<typeof errorSchema>;

/** `undefined` when the body is none: then something in front of Logto answered, and said nothing about a token. */
export const oauthErrorOf = (answer: BoundedAnswer): OAuthError | undefined =>
  errorSchema.safeParse(answer.body).data;

// application/x-www-form-urlencoded, as RFC 6749 appendix B wants both halves before they are joined.
const encode = (value: string): string => new URLSearchParams({ v: value }).toString().slice('v='.length);

/** `client_secret_basic`, RFC 6749 §2.3.1. */
export const basicAuthorization = (clientId: string, clientSecret: string): string =>
  `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`;

/** Whether a token may stand in a header at all: `b64token` of RFC 6750 §2.1. */
export const isB64Token = (token: string): boolean => /^[A-Za-z0-9\-._~+/]+=*$/.test(token);
