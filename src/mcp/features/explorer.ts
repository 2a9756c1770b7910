import { Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/internal';
import { DiscoveryService, ExternalContextCreator, MetadataScanner } from '@nestjs/core';
import type { ToolFeature, ToolOptions } from './feature.js';
import { describeTool } from './tool.description.js';
import { TOOL_METADATA } from './tool.decorator.js';

const parameters = {
  exchangeKeyForValue: (type: number, _data: unknown, [input, context]: unknown[]) =>
    type === (RouteParamtypes.BODY as number) ? input : context,
};

/** Finds the decorated methods of every provider, once, at start. */
@Injectable()
export class Explorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly contexts: ExternalContextCreator,
  ) {}

  tools(): ToolFeature[] {
    return this.discovery
      .getProviders()
      .filter((wrapper) => !wrapper.isAlias && typeof wrapper.metatype === 'function')
      .flatMap((wrapper) => {
        // Nest types a metatype as any function; for a class provider it is the class.
        const prototype: unknown = wrapper.metatype?.prototype;
        if (typeof prototype !== 'object' || prototype === null) return [];
        return this.toolsOf(prototype, wrapper.isDependencyTreeStatic() ? wrapper.instance : undefined);
      });
  }

  private toolsOf(prototype: object, instance: unknown): ToolFeature[] {
    return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
      const callback: unknown = Reflect.get(prototype, method);
      if (typeof callback !== 'function') return [];
      const options: ToolOptions | undefined = Reflect.getMetadata(TOOL_METADATA, callback);
      if (options === undefined) return [];
      if (typeof instance !== 'object' || instance === null) {
        throw new Error(
          `Tool "${options.name}" belongs to ${prototype.constructor.name}, which is request-scoped. ` +
            'Make it a singleton: who is calling is in the second argument, the context.',
        );
      }
      const handler = this.bind(instance, method, callback);
      return [{ options, scopes: options.scopes ?? [], description: describeTool(options), handler }];
    });
  }

  private bind(instance: object, method: string, callback: Function): ToolFeature['handler'] {
    return this.contexts.create(
      // Nest indexes the host by method name, and calls the callback with whatever the pipes return.
      instance,
      callback as (...args: unknown[]) => unknown,
      method,
      ROUTE_ARGS_METADATA,
      parameters,
      undefined,
      undefined,
      { guards: true, interceptors: true, filters: true },
      'mcp',
    );
  }
}
