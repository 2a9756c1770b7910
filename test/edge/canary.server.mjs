// The compiled server as main.js starts it, with tools and a route whose faults hold what they were given.
import { Controller, Get, Injectable, Query } from '@nestjs/common';

const built = (path) => import(new URL(path, process.env.BUILT_ROOT).href);
const { createApp } = await built('app.js');
const { AppModule } = await built('app.module.js');
const { Public } = await built('auth/index.js');
const { startServer } = await built('edge/index.js');
const { Tool } = await built('mcp/index.js');

/** As HTTP clients throw it: the request, with everything that was in it. */
class UpstreamError extends Error {
  constructor(token) {
    super(`Upstream refused ${token}`);
    this.config = { url: `https://user:${token}@api.example.com/?access_token=${token}` };
    this.request = { headers: { authorization: `Bearer ${token}` } };
    this.cause = new Error(token);
  }
}

class CanaryTools {
  leak({ token }) {
    throw new UpstreamError(token);
  }

  leakText({ token }) {
    throw token;
  }

  leave({ token }) {
    void Promise.reject(new UpstreamError(token));
    return 'left';
  }
}
const schema = (await import('zod')).z.looseObject({ token: (await import('zod')).z.string() });
for (const name of ['leak', 'leakText', 'leave']) {
  const method = Object.getOwnPropertyDescriptor(CanaryTools.prototype, name);
  Tool({ name, description: 'For a test.', inputSchema: schema })(CanaryTools.prototype, name, method);
}
Injectable()(CanaryTools);

class BrokenController {
  broken(token) {
    throw new UpstreamError(token);
  }
}
const broken = Object.getOwnPropertyDescriptor(BrokenController.prototype, 'broken');
Get()(BrokenController.prototype, 'broken', broken);
Query('q')(BrokenController.prototype, 'broken', 0);
Public()(BrokenController);
Controller('broken')(BrokenController);

class Wrapper {}
await startServer((config) =>
  createApp(config, {
    module: Wrapper,
    imports: [AppModule.forRoot(config)],
    controllers: [BrokenController],
    providers: [CanaryTools],
  }),
);
