import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/internal';

/**
 * What stands in a parameter of a decorated method. Nest takes the first for a request body, which is what
 * ValidationPipe works on; the others lie outside Nest's own numbers, which makes pipes see custom parameters.
 */
export const Parameter = {
  Body: RouteParamtypes.BODY as number,
  Context: 100,
  Value: 101,
  Known: 102,
} as const;
export type Parameter = (typeof Parameter)[keyof typeof Parameter];

/**
 * Nest runs pipes only on parameters it has metadata for. Those that carry a decorator of their own are left alone.
 */
export function describeParameters(
  host: object,
  method: string | symbol,
  parameters: readonly Parameter[],
): void {
  const known: Record<string, { index: number }> =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, host, method) ?? {};
  const taken = new Set(Object.values(known).map(({ index }) => index));
  const described = parameters
    .map((type, index) => [`${type}:${index}`, { index, pipes: [] }] as const)
    .filter(([, { index }]) => !taken.has(index));
  Reflect.defineMetadata(ROUTE_ARGS_METADATA, { ...known, ...Object.fromEntries(described) }, host, method);
}

/** Tells Nest which argument of the call belongs in a parameter. */
export const parameterFactory = {
  exchangeKeyForValue: (type: number, _data: unknown, [input, context, known]: unknown[]): unknown => {
    if (type === Parameter.Context) return context;
    return type === Parameter.Known ? known : input;
  },
};
