import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import type { CompletionInput, Feature } from './feature.js';
import { type FeatureMark, marksOf } from './feature.mark.js';
import { HandlerFactory, type MethodHandler } from './handler.factory.js';
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
    private readonly handlers: HandlerFactory,
  ) {}

  /** @throws {Error} when a decorated method cannot be called */
  explore(): Found[] {
    return this.discovery
      .getProviders()
      .filter((wrapper) => !wrapper.isAlias && typeof wrapper.metatype === 'function')
      .flatMap((wrapper) => {
        // Nest types a metatype as any function; for a class provider it is the class.
        const prototype: unknown = wrapper.metatype?.prototype;
        return typeof prototype === 'object' && prototype !== null ? this.methodsOf(prototype, wrapper) : [];
      });
  }

  private methodsOf(prototype: object, wrapper: InstanceWrapper<object>): Found[] {
    return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
      const callback: unknown = Reflect.get(prototype, method);
      const marks = typeof callback === 'function' ? marksOf(callback) : [];
      if (typeof callback !== 'function' || marks.length === 0) return [];
      const origin = `${prototype.constructor.name}.${method}`;
      const run = this.handlerOf(wrapper, method, origin);
      const rate = rateLimitOf(callback);
      return marks.map((mark) => ({
        ...mark,
        origin,
        handler: mark.kind === 'completion' ? spread(run) : run,
        ...(rate && { rate: { ...rate, name: nameOf(mark) } }),
      }));
    });
  }

  private handlerOf(wrapper: InstanceWrapper<object>, method: string, origin: string): MethodHandler {
    try {
      return this.handlers.create(wrapper, method);
    } catch (error) {
      throw new Error(`${origin}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}

const nameOf = ({ options }: FeatureMark): string => ('name' in options ? options.name : options.argument);

const spread =
  (run: MethodHandler): Feature['handler'] =>
  (input, context) => {
    // The completion methods are the only callers, and pass exactly this.
    const { value, known } = input as CompletionInput;
    return run(value, context, known);
  };
