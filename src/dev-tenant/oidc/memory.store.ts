import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Entry {
  readonly payload: AdapterPayload;
  readonly expiresAt: number;
}

/** More than any test or working day needs; beyond it the oldest entry of the kind goes. */
const MAX_ENTRIES = 5000;

/** Logto lets a rotated refresh token be used again for this long, for clients that refresh twice at once. */
const REUSE_SECONDS = 3;

/** Codes, tokens, grants, sessions and interactions of one tenant, by kind and id. */
export class MemoryStore {
  private readonly models = new Map<string, Map<string, Entry>>();

  find(model: string, id: string): AdapterPayload | undefined {
    const entry = this.model(model).get(id);
    return entry && entry.expiresAt > Date.now() ? structuredClone(entry.payload) : undefined;
  }

  /** Live entries of a kind, oldest first. */
  list(model: string): (readonly [string, AdapterPayload])[] {
    return [...this.live(model)].map(([id, payload]) => [id, structuredClone(payload)]);
  }

  save(model: string, id: string, payload: AdapterPayload, expiresAt: number): void {
    const entries = this.model(model);
    entries.set(id, { payload: structuredClone(payload), expiresAt });
    const oldest = entries.size > MAX_ENTRIES ? entries.keys().next().value : undefined;
    if (oldest !== undefined) entries.delete(oldest);
  }

  update(model: string, id: string, change: (payload: AdapterPayload) => AdapterPayload): void {
    const entry = this.model(model).get(id);
    if (entry) this.save(model, id, change(entry.payload), entry.expiresAt);
  }

  remove(model: string, id: string): void {
    this.model(model).delete(id);
  }

  removeWhere(model: string, matches: (payload: AdapterPayload) => boolean): void {
    for (const [id, payload] of this.live(model)) if (matches(payload)) this.remove(model, id);
  }

  /** The view of one kind that the provider works with. */
  adapter(model: string): Adapter {
    const where = (matches: (payload: AdapterPayload) => boolean) => {
      for (const [, payload] of this.live(model)) if (matches(payload)) return structuredClone(payload);
      return undefined;
    };
    return {
      upsert: async (id, payload, expiresIn) =>
        this.save(model, id, payload, expiresIn === undefined ? Infinity : Date.now() + expiresIn * 1000),
      find: async (id) => forgivingReuse(model, this.find(model, id)),
      findByUid: async (uid) => where((payload) => payload.uid === uid),
      findByUserCode: async (userCode) => where((payload) => payload.userCode === userCode),
      consume: async (id) =>
        this.update(model, id, (payload) => ({ consumed: Math.floor(Date.now() / 1000), ...payload })),
      destroy: async (id) => this.remove(model, id),
      revokeByGrantId: async (grantId) => this.removeWhere(model, (payload) => payload.grantId === grantId),
    };
  }

  private *live(model: string): Generator<readonly [string, AdapterPayload]> {
    const now = Date.now();
    for (const [id, entry] of this.model(model)) if (entry.expiresAt > now) yield [id, entry.payload];
  }

  private model(name: string): Map<string, Entry> {
    const found = this.models.get(name) ?? new Map<string, Entry>();
    this.models.set(name, found);
    return found;
  }
}

function forgivingReuse(model: string, payload: AdapterPayload | undefined): AdapterPayload | undefined {
  if (model !== 'RefreshToken' || typeof payload?.consumed !== 'number') return payload;
  const isRecent = Date.now() / 1000 - payload.consumed < REUSE_SECONDS;
  return isRecent ? { ...payload, consumed: undefined } : payload;
}
