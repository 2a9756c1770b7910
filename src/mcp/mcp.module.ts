import {
  type DynamicModule,
  type FactoryProvider,
  type MiddlewareConsumer,
  Module,
  type ModuleMetadata,
  type NestModule,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Catalog } from './features/catalog.js';
import { Explorer } from './features/explorer.js';
import { HandlerFactory } from './features/handler.factory.js';
import { Handover } from './http/handover.js';
import { McpController } from './http/mcp.controller.js';
import { OriginMiddleware } from './http/origin.middleware.js';
import { SseController } from './http/sse.controller.js';
import { McpOptions } from './mcp.options.js';
import { NotifierModule } from './notifier.module.js';
import { Dispatcher } from './server/dispatcher.js';
import { AnswerRegistry, MemoryAnswerRegistry } from './server/elicitation/answer.registry.js';
import { ListPages } from './server/list.pages.js';
import { CompletionMethods } from './server/methods/completion.methods.js';
import { LoggingMethods } from './server/methods/logging.methods.js';
import { type MethodGroup, MethodGroups } from './server/methods/method.group.js';
import { PromptMethods } from './server/methods/prompt.methods.js';
import { ResourceMethods } from './server/methods/resource.methods.js';
import { SubscriptionMethods } from './server/methods/subscription.methods.js';
import { ToolMethods } from './server/methods/tool.methods.js';
import { ResourceAccess } from './server/resource.access.js';
import { ServerFactory } from './server/server.factory.js';
import { ToolCaller } from './server/tool.caller.js';
import { TaskCaller, TaskDispatcher } from './tasks/task.caller.js';
import { TaskMethods } from './tasks/task.methods.js';
import { TaskRunner } from './tasks/task.runner.js';
import { TaskStore } from './tasks/task.store.js';
import { EraRouter } from './transports/era.router.js';
import { Evictor } from './transports/evictor.js';
import { SseTransport } from './transports/sse.transport.js';
import { StatelessTransport } from './transports/stateless.transport.js';
import { StdioTransport } from './transports/stdio.transport.js';
import { StreamableHttpTransport } from './transports/streamable-http.transport.js';
import { SubscriptionDesk } from './transports/subscription.desk.js';
import { TransportRegistry } from './transports/transport.registry.js';

export interface McpAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly inject?: FactoryProvider['inject'];
  // Nest types what it injects as any[]; the factory names the types of its own parameters.
  readonly useFactory: (...dependencies: never[]) => McpOptions | Promise<McpOptions>;
}

/** The engine: serves every decorated provider of the application over all three transports. */
@Module({
  imports: [DiscoveryModule, NotifierModule],
  controllers: [McpController, SseController],
  providers: [
    Handover,
    HandlerFactory,
    Explorer,
    Catalog,
    Dispatcher,
    {
      provide: AnswerRegistry,
      inject: [McpOptions],
      useFactory: ({ answers }: McpOptions) => answers ?? new MemoryAnswerRegistry(),
    },
    ToolCaller,
    ListPages,
    ToolMethods,
    ResourceMethods,
    PromptMethods,
    CompletionMethods,
    LoggingMethods,
    SubscriptionMethods,
    ResourceAccess,
    TaskStore,
    TaskDispatcher,
    TaskCaller,
    TaskRunner,
    TaskMethods,
    {
      provide: MethodGroups,
      inject: [
        ToolMethods,
        ResourceMethods,
        PromptMethods,
        CompletionMethods,
        LoggingMethods,
        SubscriptionMethods,
        TaskMethods,
      ],
      useFactory: (...groups: MethodGroup[]) => new MethodGroups(groups),
    },
    ServerFactory,
    TransportRegistry,
    Evictor,
    SubscriptionDesk,
    StatelessTransport,
    StreamableHttpTransport,
    SseTransport,
    StdioTransport,
    EraRouter,
  ],
  exports: [Catalog, NotifierModule, TransportRegistry, Evictor],
})
export class McpModule implements NestModule {
  static forRoot(options: McpOptions): DynamicModule {
    return McpModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: McpAsyncOptions): DynamicModule {
    // Nest calls the factory with exactly what `inject` names.
    const factory = useFactory as FactoryProvider<McpOptions>['useFactory'];
    return { module: McpModule, imports, providers: [{ provide: McpOptions, inject, useFactory: factory }] };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(OriginMiddleware).forRoutes('mcp{/*path}', 'sse', 'messages');
  }
}
