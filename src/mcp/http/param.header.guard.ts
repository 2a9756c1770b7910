import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Catalog } from '../features/catalog.js';
import { McpHttpError } from '../mcp.errors.js';
import { memberOf } from '../members.js';
import { STATELESS_REVISION } from '../revisions.js';
import { paramMismatch } from '../server/param.values.js';
import { claimedRevision } from './revision.js';

/** The 2026-07-28 code of a request whose headers and body disagree. */
const HEADER_MISMATCH = -32020;

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
    const params = memberOf(message, 'params');
    const name = memberOf(params, 'name');
    if (memberOf(message, 'method') !== 'tools/call' || typeof name !== 'string') return true;
    const declared = this.catalog.tool(name)?.paramHeaders ?? [];
    if (declared.length === 0 || claimedRevision(message) !== STATELESS_REVISION) return true;
    const fault = paramMismatch(declared, memberOf(params, 'arguments'), headers);
    const id = memberOf(message, 'id');
    // A notification has no answer to be wrong about.
    if (fault === undefined || (typeof id !== 'string' && typeof id !== 'number')) return true;
    throw new McpHttpError(400, HEADER_MISMATCH, fault, {}, { id });
  }
}
