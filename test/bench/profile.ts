import type { CpuProfile } from './servers/server.js';

/** Who took which share of the time in which the processor was busy, from the largest on. */
export type Shares = readonly (readonly [owner: string, share: number])[];

const IDLE = new Set(['(idle)', '(program)', '(root)']);

/**
 * Charges each sample to the innermost package, or file of ours, on its stack: what Node does, it does for whoever
 * called it. Where nobody did, it is Node's own.
 */
export function sharesOf({ nodes, samples = [], timeDeltas = [] }: CpuProfile): Shares {
  const frames = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const owners = new Map<number, string | undefined>();
  const ownerOf = (id: number | undefined): string | undefined => {
    if (id === undefined) return undefined;
    if (!owners.has(id)) owners.set(id, ownOf(frames.get(id)?.url ?? '') ?? ownerOf(parents.get(id)));
    return owners.get(id);
  };
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = frames.get(id)?.functionName ?? '';
    if (IDLE.has(name)) continue;
    const owner = name === '(garbage collector)' ? 'garbage collector' : (ownerOf(id) ?? 'node');
    times.set(owner, (times.get(owner) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .map(([owner, time]) => [owner, time / all] as const)
    .toSorted(([, one], [, other]) => other - one);
}

function ownOf(url: string): string | undefined {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  // A build of ours may lie in a cache.
  if (name !== undefined && name !== '.cache') return name;
  return /\/(src\/[\w-]+)(?:\/|\.js)/.exec(url)?.[1];
}
