/**
 * Bounds an `LRUCache` to so many entries. Its own `max` claims the room of all of them at the start, which is megabytes
 * of a process that has seen nobody yet.
 */
export const atMost = (entries: number) => ({ maxSize: entries, sizeCalculation: () => 1 }) as const;
