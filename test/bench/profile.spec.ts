import { describe, expect, it } from 'vitest';
import { sharesOf } from './profile.js';

const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
  id,
  callFrame: { functionName, url, scriptId: '0', lineNumber: 0, columnNumber: 0 },
  children,
});

const NODES = [
  node(1, '(root)', '', [2, 3, 6, 7]),
  node(2, '(idle)', ''),
  node(3, 'call', 'file:///app/dist/src/mcp/server/tool.caller.js', [4]),
  node(4, 'safeParse', 'file:///app/node_modules/zod/v4/core/parse.js', [5]),
  node(5, 'emit', 'node:events'),
  node(6, 'processTimers', 'node:internal/timers'),
  node(7, '(garbage collector)', ''),
];

describe('the shares of a profile', () => {
  it('charge what Node does to whoever called it, and leave idle time out', () => {
    const profile = {
      nodes: NODES,
      startTime: 0,
      endTime: 9,
      samples: [2, 3, 4, 5, 6, 7],
      timeDeltas: [90, 4, 1, 2, 2, 1],
    };
    expect(sharesOf(profile)).toEqual([
      ['src/mcp', 0.4],
      ['zod', 0.3],
      ['node', 0.2],
      ['garbage collector', 0.1],
    ]);
  });
});
