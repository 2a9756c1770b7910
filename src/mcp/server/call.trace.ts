import { BAGGAGE_META_KEY, TRACEPARENT_META_KEY, TRACESTATE_META_KEY } from '@modelcontextprotocol/server';

/** Where in a distributed trace the caller stands. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
  readonly baggage?: string;
}

// W3C Trace Context section 3.2.2: version ff and ids of zeros only are invalid; later versions may append fields.
const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-[\x21-\x7e]{1,64})?$/;
const VERSION_00_LENGTH = 55;
const PRINTABLE = /^[\x20-\x7e]+$/;
// Section 3.3.1.5: what everybody has to carry on. W3C Baggage section 3.3.2 says the same of 8192.
const MAX_TRACESTATE = 512;
const MAX_BAGGAGE = 8192;

/**
 * The trace that `_meta` names, or nothing when it is malformed: a broken header starts a new trace and breaks no call.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/index#_meta
 */
export function traceOf(meta: Readonly<Record<string, unknown>> | undefined): TraceContext | undefined {
  const traceparent = meta?.[TRACEPARENT_META_KEY];
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) return undefined;
  if (traceparent.startsWith('00') && traceparent.length !== VERSION_00_LENGTH) return undefined;
  const tracestate = printable(meta?.[TRACESTATE_META_KEY], MAX_TRACESTATE);
  const baggage = printable(meta?.[BAGGAGE_META_KEY], MAX_BAGGAGE);
  return {
    traceparent,
    ...(tracestate !== undefined && { tracestate }),
    ...(baggage !== undefined && { baggage }),
  };
}

function printable(value: unknown, max: number): string | undefined {
  return typeof value === 'string' && value.length <= max && PRINTABLE.test(value) ? value : undefined;
}
