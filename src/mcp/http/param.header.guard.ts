import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { Catalog } from '../features/catalog.js';
import { McpHttpError } from '../mcp.errors.js';
import { STATELESS_REVISION } from '../revisions.js';
import { paramMismatch } from '../server/param.values.js';
import { claimedRevision } from './revision.js';

/** The 2026-07-28 code of a request whose headers and body disagree. */
const HEADER_MISMATCH = -32020;

const Call = z.object({
  id: z.union([z.string(), z.number()]),
  method: z.literal('tools/call'),
  params: z.object({ name: z.string(), arguments: z.unknown().optional() }),
});

/**
 * Refuses a call of 2026-07-28 whose `Mcp-Param-*` headers disagree with its arguments. Here, and not left to the SDK,
 * because that compares them only for servers of its high-level class, which convert every schema for every request.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
 */
@Injectable()
export class ParamHeaderGuard implements CanActivate {
  constructor(private readonly catalog: Catalog) {}

  canActivate(context: ExecutionContext): boolean {
    const { body, headers } = context.switchToHttp().getRequest<Request>();
    const message: unknown = body;
    if (claimedRevision(message) !== STATELESS_REVISION) return true;
    const { data: call } = Call.safeParse(message);
    const declared = call && this.catalog.tool(call.params.name)?.paramHeaders;
    if (call === undefined || declared === undefined) return true;
    const fault = paramMismatch(declared, call.params.arguments, headers);
    if (fault === undefined) return true;
    throw new McpHttpError(400, HEADER_MISMATCH, fault, {}, { id: call.id });
  }
}
