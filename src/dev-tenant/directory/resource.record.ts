import { createHash } from 'node:crypto';
import type { DevResource } from '../dev.tenant.options.js';

export interface ScopeRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export interface ResourceRecord {
  readonly id: string;
  readonly indicator: string;
  readonly name: string;
  readonly accessTokenTtl: number;
  readonly scopes: readonly ScopeRecord[];
}

/** Logto's ids have 21 characters. Derived, so that the same configuration always gives the same ids. */
const idOf = (...parts: readonly string[]) =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 21);

export function resourceRecord(resource: DevResource): ResourceRecord {
  return {
    id: idOf(resource.indicator),
    indicator: resource.indicator,
    name: resource.indicator,
    accessTokenTtl: resource.accessTokenTtl ?? 3600,
    scopes: (resource.scopes ?? []).map((name) => ({
      id: idOf(resource.indicator, name),
      name,
      description: '',
    })),
  };
}
