import { parseJSONRPCMessage } from '@modelcontextprotocol/server';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assertMessage } from './rpc.message.js';

const anything = fc.oneof(
  fc.constantFrom(null, true, 0, 1.5, -3, 2 ** 53, '', '2.0', 'x', 'tools/call'),
  fc.constant([]),
  fc.constant({}),
  fc.record({ taskId: fc.constantFrom('t', 1) }, { requiredKeys: [] }),
  fc.record({ code: fc.constantFrom(1, 1.5, '1'), message: fc.constantFrom('m', 1) }, { requiredKeys: [] }),
);
const meta = fc.oneof(
  anything,
  fc.record(
    { progressToken: anything, 'io.modelcontextprotocol/related-task': anything },
    { requiredKeys: [] },
  ),
);
const params = fc.oneof(anything, fc.record({ _meta: meta, name: anything }, { requiredKeys: [] }));
const nearly = fc.record(
  {
    jsonrpc: fc.oneof({ weight: 9, arbitrary: fc.constant('2.0') }, { weight: 1, arbitrary: anything }),
    id: anything,
    method: anything,
    params,
    result: params,
    error: anything,
    more: fc.constant(1),
  },
  { requiredKeys: [] },
);

const sound = { jsonrpc: fc.constant('2.0'), id: fc.constant(1) };
const message = fc.oneof(
  nearly,
  fc.record({ ...sound, method: fc.constant('x'), params: fc.record({ _meta: meta }) }),
  fc.record({ ...sound, result: fc.record({ _meta: meta }) }),
  fc.record({ ...sound, error: anything }),
);

const passes = (check: () => unknown): boolean => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};

it('a message that passes is one to the SDK, too: it drops what is none, and the sender would wait for ever', () => {
  fc.assert(
    fc.property(message, (sent) => {
      const body: unknown = JSON.parse(JSON.stringify(sent));
      const isDropped = passes(() => assertMessage(body)) && !passes(() => parseJSONRPCMessage(body));
      expect(isDropped).toBe(false);
    }),
    { numRuns: 5_000 },
  );
});
