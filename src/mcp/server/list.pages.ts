import { Injectable } from '@nestjs/common';
import type { CacheHint } from '@modelcontextprotocol/server';
import type { FeatureList } from '../features/feature.list.js';
import { McpOptions } from '../mcp.options.js';
import type { Principal } from '../principal.js';
import { CursorSeal } from './cursor.js';

// A list changes with a deployment. Clients that want to know earlier listen for the notification.
const TTL_MS = 300_000;

export interface Page<Description> {
  readonly entries: Description[];
  /** Where there is more; laid out to be spread into a result. */
  readonly next: { readonly nextCursor?: string };
}

/** Cuts the lists into pages, and leaves out what a caller may not see where the host wants it so. */
@Injectable()
export class ListPages {
  private readonly cursors: CursorSeal;

  constructor(private readonly options: McpOptions) {
    this.cursors = new CursorSeal(options.secret);
  }

  /** @throws {ProtocolError} -32602 for a bad cursor */
  page<Description>(
    list: FeatureList<Description>,
    cursor: string | undefined,
    principal: Principal,
  ): Page<Description> {
    const { hideForbidden, pageSize } = this.options;
    const entries = hideForbidden ? list.allowedTo(principal) : list.all();
    const start = cursor === undefined ? 0 : firstAfter(entries, this.cursors.open(list.name, cursor));
    const shown = entries.slice(start, start + pageSize);
    const last = shown.at(-1);
    const more = last !== undefined && start + pageSize < entries.length;
    return {
      entries: shown.map(({ description }) => description),
      next: more ? { nextCursor: this.cursors.seal(list.name, last.key) } : {},
    };
  }

  /** Whether a cache may give one caller's page to another: only while every caller sees the same. */
  cacheHint({ hasScopes }: { readonly hasScopes: boolean }): CacheHint {
    return { ttlMs: TTL_MS, cacheScope: this.options.hideForbidden && hasScopes ? 'private' : 'public' };
  }
}

/** Where the entries behind a key begin, also when the entry itself has gone since. */
function firstAfter(entries: readonly { readonly key: string }[], after: string): number {
  const index = entries.findIndex(({ key }) => key > after);
  return index === -1 ? entries.length : index;
}
