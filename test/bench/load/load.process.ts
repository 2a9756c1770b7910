import { percentile } from '../statistics.js';
import { type Caller, openCallers } from './callers.js';
import type { Load, LoadResult, Target } from './target.js';

/** What the driver asks for. */
export type LoadRequest =
  | { readonly do: 'open'; readonly key: string; readonly target: Target }
  | { readonly do: 'run'; readonly key: string; readonly load: Load }
  | { readonly do: 'close'; readonly key: string };

const PATIENCE_MS = 15_000;

const opened = new Map<string, readonly Caller[]>();

async function run(
  callers: readonly Caller[],
  { milliseconds, calls: most = Infinity }: Load,
): Promise<LoadResult> {
  const latencies: number[] = [];
  let [started, bytes, failed] = [0, 0, 0];
  const begin = performance.now();
  const end = begin + milliseconds;
  const loop = async (caller: Caller): Promise<void> => {
    while (performance.now() < end && started < most) {
      started += 1;
      const asked = performance.now();
      try {
        const size = await caller.call();
        bytes += size;
        latencies.push(performance.now() - asked);
      } catch (error) {
        failed += 1;
        if (failed === 1) process.stderr.write(`${String(error)}\n`);
        if (failed > 100) return;
      }
    }
  };
  await within(milliseconds + PATIENCE_MS, Promise.all(callers.map(loop)));
  const seconds = (performance.now() - begin) / 1000;
  const [p50, p99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
  return { calls: latencies.length, failed, seconds, p50, p99, bytesPerCall: bytes / latencies.length };
}

/** A call that is never answered must not keep the benchmark waiting for ever. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('A call was not answered')), milliseconds);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

async function answer(request: LoadRequest): Promise<LoadResult | object> {
  const callers = opened.get(request.key) ?? [];
  switch (request.do) {
    case 'open':
      opened.set(request.key, await openCallers(request.target));
      return {};
    case 'run':
      return run(callers, request.load);
    case 'close':
      for (const caller of callers) caller.close();
      opened.delete(request.key);
      return {};
    default:
      return request satisfies never;
  }
}

process.on('message', (request: LoadRequest) => {
  answer(request).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
