// @rekog/mcp-nest with a JWT guard on its controller, as its guide to external authorization servers wires it.
// Decorators are called by hand: Node runs this file as it is.
import 'reflect-metadata';
import { Controller, Module, UnauthorizedException, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { McpController, McpHttpControllerFor, McpStrategy, StreamableHttpTransport, Tool } from '@rekog/mcp-nest';
import { z } from 'zod';
import { verifyJwt } from './jwt.mjs';
import { PORT, whoami } from './listen.mjs';

const transport = new StreamableHttpTransport({ statefulMode: true, enableJsonResponse: true });
const strategy = new McpStrategy({
  name: 'mcp-nest',
  version: '1.0.0',
  transports: [transport],
  // The guard below has decided already.
  allowUnauthenticatedAccess: true,
  logging: false,
});

class JwtGuard {
  async canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    try {
      if (token === undefined) throw new Error('No token');
      request.user = await verifyJwt(token);
      return true;
    } catch {
      throw new UnauthorizedException();
    }
  }
}

class McpHttpController extends McpHttpControllerFor(transport) {}
Controller('mcp')(McpHttpController);
UseGuards(JwtGuard)(McpHttpController);

class WhoamiController {
  whoami() {
    return whoami();
  }
}
Tool({
  name: 'whoami',
  description: 'Who is calling',
  parameters: z.object({}),
  outputSchema: z.looseObject({ sub: z.string() }),
})(WhoamiController.prototype, 'whoami', Object.getOwnPropertyDescriptor(WhoamiController.prototype, 'whoami'));
McpController()(WhoamiController);

class AppModule {}
Module({ controllers: [McpHttpController, WhoamiController] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: false });
strategy.setHttpAdapter(app.getHttpAdapter());
app.connectMicroservice({ strategy });
await app.startAllMicroservices();
await app.listen(PORT, '127.0.0.1');
