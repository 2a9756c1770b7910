import { type JSONRPCErrorResponse, ProtocolErrorCode } from '@modelcontextprotocol/server';

type ErrorObject = JSONRPCErrorResponse['error'];

/** What a caller is told of a fault whose details stay in the log. */
export const INTERNAL_ERROR: ErrorObject = {
  code: ProtocolErrorCode.InternalError,
  message: 'Internal error',
};

/**
 * Returns what a handler has thrown as the error object of JSON-RPC, with the members that the SDK reads.
 * @param encode the code as the protocol version of the request has it
 */
export function toErrorObject(error: unknown, encode: (code: number) => number): ErrorObject {
  // Anything can be thrown; reading a member of what is no object gives undefined.
  const { code, message, data } = Object(error) as Partial<Record<keyof ErrorObject, unknown>>;
  return {
    code: encode(
      typeof code === 'number' && Number.isSafeInteger(code) ? code : ProtocolErrorCode.InternalError,
    ),
    message: typeof message === 'string' ? message : INTERNAL_ERROR.message,
    ...(data !== undefined && { data }),
  };
}
