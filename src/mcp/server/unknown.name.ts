import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';

/** As much of a name as helps whoever has mistyped it. */
const SHOWN = 64;

/** -32602 for something that is not there. A name may be as long as a body, and must not come back as long. */
export function unknownName(kind: 'tool' | 'prompt', name: string): ProtocolError {
  const shown = name.length > SHOWN ? `${name.slice(0, SHOWN)}...` : name;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown ${kind}: ${shown}`);
}
