/**
 * So many at once for each key. Holds no key that has nothing running, so it is never larger than what runs.
 */
export class Slots {
  private readonly taken = new Map<string, number>();

  constructor(readonly limit: number) {}

  /** @returns what gives the place back, however often it is called; or undefined when all are taken */
  take(key: string): (() => void) | undefined {
    const taken = this.taken.get(key) ?? 0;
    if (taken >= this.limit) return undefined;
    this.taken.set(key, taken + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (this.taken.get(key) ?? 1) - 1;
      if (left === 0) this.taken.delete(key);
      else this.taken.set(key, left);
    };
  }

  /** How many keys have something running. */
  get size(): number {
    return this.taken.size;
  }
}
