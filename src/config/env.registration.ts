import { z } from 'zod';
import { list, whole } from './env.values.js';

/** Schemes that run or show something themselves, or that a browser sends somewhere else than to an app. */
const NEVER = [
  'about',
  'blob',
  'data',
  'file',
  'filesystem',
  'ftp',
  'http',
  'https',
  'intent',
  'javascript',
  'mailto',
  'view-source',
  'vbscript',
  'ws',
  'wss',
];

const scheme = z
  .string()
  .regex(/^[a-z][a-z\d+.-]*$/, 'must be schemes in lower case, without "://"')
  .refine((value) => !NEVER.includes(value), 'must not name a scheme of the browser itself');

/** Agents that register themselves at Logto, through this server. */
export const registrationVariables = {
  REGISTRATION: z
    .enum(['off', 'token', 'open'], 'must be off, token or open')
    .default('off')
    .describe(
      'Dynamic client registration: off, token (needs REGISTRATION_TOKEN) or open to everybody. Creates third-party apps with LOGTO_MANAGEMENT_*.',
    ),
  REGISTRATION_TOKEN: z
    .string()
    .regex(/^[\w.~+/-]+=*$/, 'must be a bearer token, without the word Bearer')
    .min(32, 'must be at least 32 characters')
    .optional()
    .describe('The initial access token that REGISTRATION=token asks for.'),
  REGISTRATION_SCHEMES: list
    .pipe(z.array(scheme))
    .default(['cursor'])
    .describe('Private-use schemes of redirects, beside those in reverse domain order (com.example.app).'),
  REGISTRATION_HOSTS: list
    .pipe(
      z.array(
        z
          .string()
          .regex(/^(?:\[[\da-f:.]+\]|[a-z\d_-]+(?:\.[a-z\d_-]+)*\.?)$/, 'must be host names in lower case'),
      ),
    )
    .default([])
    .describe(
      'Hosts that https redirects may lead to. Empty: every host but addresses, punycode and names with a dot at the end.',
    ),
  REGISTRATION_PER_ADDRESS: whole(1, 1_000_000)
    .default(10)
    .describe('Registrations an hour from one address (IPv6: one /64).'),
  REGISTRATION_PER_DAY: whole(1, 1_000_000)
    .default(200)
    .describe(
      'Registrations a day, of everybody together. One address may take a tenth of what is left, one network (IPv4: /24, IPv6: /48) a fifth.',
    ),
  REGISTRATION_UNUSED_DAYS: whole(1, 3650)
    .default(30)
    .describe('A registered app through which nobody has signed in after so many days is deleted.'),
};
