import type { Finding } from '../finding.js';
import { access as enAccess } from './en/access.js';
import { front as enFront } from './en/front.js';
import { logto as enLogto } from './en/logto.js';
import type { Entries } from './entry.js';
import type { Language } from './frame.js';
import { access as zhAccess } from './zh/access.js';
import { front as zhFront } from './zh/front.js';
import { logto as zhLogto } from './zh/logto.js';

const MAX_VALUE = 300;

/** Every finding in every language: a missing one does not compile. */
export const tables: Readonly<Record<Language, Entries>> = {
  en: { ...enFront, ...enLogto, ...enAccess },
  zh: { ...zhFront, ...zhLogto, ...zhAccess },
};

export interface Words {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

export function wordsFor({ code, details }: Finding, language: Language): Words {
  const [what, why, fix] = tables[language][code].map((text) =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: string) => shown(details[name] ?? '')),
  );
  return { what: what ?? '', why: why ?? '', fix: fix ?? '' };
}

/** A value from the network, fit for a terminal: no control characters, no end of its own. */
export const shown = (value: string): string =>
  value.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?').slice(0, MAX_VALUE);
