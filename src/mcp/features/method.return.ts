/**
 * Accepts a decorated method whose return value, awaited, is one of `Allowed`; sync and async methods alike. Otherwise
 * the compiler shows `Message`. A method that returns `unknown` is accepted where any object is.
 */
export type ReturnCheck<Method, Allowed, Message extends string> = Method extends (
  ...args: never[]
) => infer Returned
  ? IsAllowed<Awaited<Returned>, Allowed> extends true
    ? unknown
    : { readonly [Fault in Message]: never }
  : never;

type IsAllowed<Value, Allowed> = unknown extends Value
  ? object extends Allowed
    ? true
    : false
  : [Value] extends [Allowed]
    ? // JSON leaves a function out, and has no form for a big integer or a symbol.
      [Extract<Value, Function | bigint | symbol>] extends [never]
      ? true
      : false
    : false;
