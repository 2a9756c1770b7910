import { Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, ExternalContextCreator, MetadataScanner } from '@nestjs/core';
import type { CompletionInput, Feature } from './feature.js';
import { type FeatureMark, marksOf } from './feature.mark.js';
import { parameterFactory } from './parameters.js';
import { rateLimitOf } from './rate.limit.decorator.js';

/** A decorated method as it was found. */
export type Found = FeatureMark &
  Pick<Feature, 'handler' | 'rate'> & {
    /** Class and method, for messages to the author: `TodoTools.add`. */
    readonly origin: string;
  };

/** Finds the decorated methods of every provider, once, at start. */
@Injectable()
export class Explorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly contexts: ExternalContextCreator,
  ) {}

  /** @throws {Error} when a provider with decorated methods is no singleton */
  explore(): Found[] {
    return this.discovery
      .getProviders()
      .filter((wrapper) => !wrapper.isAlias && typeof wrapper.metatype === 'function')
      .flatMap((wrapper) => {
        // Nest types a metatype as any function; for a class provider it is the class.
        const prototype: unknown = wrapper.metatype?.prototype;
        if (typeof prototype !== 'object' || prototype === null) return [];
        return this.methodsOf(prototype, wrapper.isDependencyTreeStatic() ? wrapper.instance : undefined);
      });
  }

  private methodsOf(prototype: object, instance: unknown): Found[] {
    return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
      const callback: unknown = Reflect.get(prototype, method);
      const marks = typeof callback === 'function' ? marksOf(callback) : [];
      if (typeof callback !== 'function' || marks.length === 0) return [];
      if (typeof instance !== 'object' || instance === null) {
        throw new Error(
          `${prototype.constructor.name}.${method}, a ${marks[0]?.kind}, is in a request-scoped provider. ` +
            'Make it a singleton: who is calling is in the second argument, the context.',
        );
      }
      const run = this.bind(instance, method, callback);
      const rate = rateLimitOf(callback);
      return marks.map((mark) => ({
        ...mark,
        origin: `${prototype.constructor.name}.${method}`,
        handler: mark.kind === 'completion' ? spread(run) : run,
        ...(rate && { rate: { ...rate, name: nameOf(mark) } }),
      }));
    });
  }

  private bind(instance: object, method: string, callback: Function): Run {
    return this.contexts.create(
      // Nest indexes the host by method name, and calls the callback with whatever the pipes return.
      instance,
      callback as (...args: unknown[]) => unknown,
      method,
      ROUTE_ARGS_METADATA,
      parameterFactory,
      undefined,
      undefined,
      { guards: true, interceptors: true, filters: true },
      'mcp',
    );
  }
}

const nameOf = ({ options }: FeatureMark): string => ('name' in options ? options.name : options.argument);

type Run = (...args: unknown[]) => Promise<unknown>;

const spread =
  (run: Run): Feature['handler'] =>
  (input, context) => {
    // The completion methods are the only callers, and pass exactly this.
    const { value, known } = input as CompletionInput;
    return run(value, context, known);
  };
