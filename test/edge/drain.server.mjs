// The compiled server as main.js starts it, with tools that are slow, that crash and that leave promises behind.
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';

const built = (path) => import(new URL(path, process.env.BUILT_ROOT).href);
const { createApp } = await built('app.js');
const { AppModule } = await built('app.module.js');
const { startServer } = await built('edge/index.js');
const { Tool } = await built('mcp/index.js');

class DrainTools {
  async slow(_input, { signal }) {
    await wait(1_500, undefined, { signal });
    return 'done';
  }

  crash() {
    setTimeout(() => {
      throw new Error('thrown by nobody in particular');
    });
    return 'crashing';
  }

  reject() {
    void Promise.reject(new Error('left behind'));
    return 'rejecting';
  }

  rejectNothing() {
    void Promise.reject(Object.create(null));
    return 'rejecting';
  }
}
for (const name of ['slow', 'crash', 'reject', 'rejectNothing']) {
  const method = Object.getOwnPropertyDescriptor(DrainTools.prototype, name);
  Tool({ name, description: 'For a test.' })(DrainTools.prototype, name, method);
}
Injectable()(DrainTools);

class Wrapper {}
await startServer((config) =>
  createApp(config, { module: Wrapper, imports: [AppModule.forRoot(config)], providers: [DrainTools] }),
);
