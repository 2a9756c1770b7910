import { LRUCache } from 'lru-cache';
import type { Principal } from '../principal.js';
import type { Feature } from './feature.js';

/** What stands in a list: its place, who may see it, what they see. */
export interface ListEntry<Description> {
  readonly key: string;
  readonly scopes: readonly string[];
  readonly description: Description;
}

// Callers' scopes come in few combinations; the bound only keeps somebody who collects them from filling the memory.
const SCOPE_SETS = 256;

/** One of the lists of the protocol, in the order of its keys: clients cache it, so imports must not reorder it. */
export class FeatureList<Description> {
  private readonly entries: readonly ListEntry<Description>[];
  private readonly scopes: readonly string[];
  private readonly visible = new LRUCache<string, readonly ListEntry<Description>[]>({ max: SCOPE_SETS });

  constructor(
    readonly name: string,
    features: readonly (Feature & { readonly description: Description })[],
    keyOf: (description: Description) => string,
  ) {
    this.entries = features
      .map(({ scopes, description }) => ({ key: keyOf(description), scopes, description }))
      .toSorted((one, other) => (one.key < other.key ? -1 : 1));
    this.scopes = [...new Set(this.entries.flatMap(({ scopes }) => scopes))].toSorted();
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** Whether what a caller may use depends on its scopes. */
  get hasScopes(): boolean {
    return this.scopes.length > 0;
  }

  all(): readonly ListEntry<Description>[] {
    return this.entries;
  }

  /** What the caller may use. Filtered once for each set of scopes that matters here, not for each call. */
  allowedTo({ scopes }: Principal): readonly ListEntry<Description>[] {
    const held = this.scopes.filter((scope) => scopes.includes(scope));
    const key = held.join(' ');
    const known = this.visible.get(key);
    if (known !== undefined) return known;
    const allowed = this.entries.filter((entry) => entry.scopes.every((scope) => held.includes(scope)));
    this.visible.set(key, allowed);
    return allowed;
  }
}
