// The compiled server as main.js starts it, which says on a signal what it holds.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { writeHeapSnapshot } from 'node:v8';

const built = (path) => import(new URL(path, process.env.BUILT_ROOT).href);
const { createApp } = await built('app.js');
const { startServer } = await built('edge/index.js');
const { TransportRegistry } = await built('mcp/index.js');

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');
let app;

process.on('SIGUSR2', () => {
  gc();
  gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const sockets = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  const sessions = app.get(TransportRegistry).size;
  const said = { rss, heapUsed, external, cpuMs: (user + system) / 1000, sockets, sessions };
  process.stdout.write(`HOLDS ${JSON.stringify(said)}\n`);
  if (process.env.HEAP_SNAPSHOTS)
    writeHeapSnapshot(`${process.env.HEAP_SNAPSHOTS}/${Date.now()}.heapsnapshot`);
});

await startServer(async (config) => (app = await createApp(config)));
