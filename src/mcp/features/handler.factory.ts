import { Injectable } from '@nestjs/common';
import { ENTRY_PROVIDER_WATERMARK, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ContextIdFactory, ExternalContextCreator, ModuleRef } from '@nestjs/core';
import { ExternalErrorProxy } from '@nestjs/core/helpers/external-proxy.js';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Injector } from '@nestjs/core/injector/injector.js';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import type { NestContainer } from '@nestjs/core/injector/container.js';
import { parameterFactory } from './parameters.js';

/** A decorated method with its guards, pipes, interceptors and filters. */
export type MethodHandler = (...args: unknown[]) => Promise<unknown>;

/**
 * Runs the filters of a method as Nest does. An error that no filter handles is thrown on without a log entry: the
 * dispatcher writes the one entry for it.
 */
class UnloggedErrorProxy extends ExternalErrorProxy {
  override createProxy: ExternalErrorProxy['createProxy'] =
    (target, handler, type) =>
    async (...args) => {
      try {
        return await target(...args);
      } catch (error) {
        const host = new ExecutionContextHost(args);
        host.setType(type ?? 'mcp');
        // A filter that returns nothing, also by a promise, has not handled the error: no error becomes a success.
        const handled: unknown = await handler.invokeCustomFilters(error, host);
        if (handled === undefined) throw error;
        return handled;
      }
    };
}

/** Makes handlers of decorated methods, once, at start. */
@Injectable()
export class HandlerFactory {
  private readonly injector = new Injector();
  private readonly contexts: ExternalContextCreator;

  constructor(
    shared: ExternalContextCreator,
    private readonly moduleRef: ModuleRef,
  ) {
    // Nest hands out one creator for the whole application, whose error proxy logs. This one is ours alone.
    const container: NestContainer = Reflect.get(shared, 'container');
    this.contexts = ExternalContextCreator.fromContainer(container);
    Reflect.set(this.contexts, 'externalErrorProxy', new UnloggedErrorProxy());
  }

  /** @throws {Error} when Nest cannot make the provider for a call */
  create(wrapper: InstanceWrapper<object>, method: string): MethodHandler {
    if (wrapper.metatype === null || !Reflect.hasMetadata(ENTRY_PROVIDER_WATERMARK, wrapper.metatype)) {
      throw new Error(
        'the method was copied from another class, where Nest skips global guards of request scope. ' +
          'Extend that class, or decorate a method of this one.',
      );
    }
    // Decided here, so that a call of a singleton whose enhancers are singletons costs nothing more.
    return wrapper.isDependencyTreeStatic() && !wrapper.isTransient
      ? this.bind(wrapper.instance, method)
      : this.perCall(wrapper, method);
  }

  private bind(
    instance: object,
    method: string,
    ...context: [contextId?: { id: number }, inquirerId?: string]
  ): MethodHandler {
    const callback: unknown = Reflect.get(instance, method);
    return this.contexts.create(
      // Nest indexes the host by method name, and calls the callback with what the pipes return.
      instance,
      callback as MethodHandler,
      method,
      ROUTE_ARGS_METADATA,
      parameterFactory,
      context[0],
      context[1],
      { guards: true, interceptors: true, filters: true },
      'mcp',
    );
  }

  /** The provider, its dependencies and its enhancers are made anew; `REQUEST` is the context of the call. */
  private perCall(wrapper: InstanceWrapper<object>, method: string): MethodHandler {
    const { host } = wrapper;
    if (host === undefined)
      throw new Error('it belongs to no module. Make its class a provider of a module.');
    return async (...args) => {
      const [, context] = args;
      const contextId = ContextIdFactory.getByRequest(Object(context));
      this.moduleRef.registerRequestByContextId(context, contextId);
      const instance = await this.injector.loadPerContext(
        wrapper.instance,
        host,
        host.providers,
        contextId,
        wrapper,
      );
      return this.bind(instance, method, contextId, wrapper.id)(...args);
    };
  }
}
