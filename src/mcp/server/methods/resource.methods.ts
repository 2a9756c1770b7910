import { Injectable } from '@nestjs/common';
import {
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type Server,
  type ServerCapabilities,
} from '@modelcontextprotocol/server';
import { Catalog } from '../../features/catalog.js';
import { MAX_URI_LENGTH } from '../../features/matchable.template.js';
import type { McpContext } from '../../mcp.context.js';
import { McpOptions } from '../../mcp.options.js';
import { contextOf } from '../context.factory.js';
import { Dispatcher } from '../dispatcher.js';
import { ListPages } from '../list.pages.js';
import { ListParams, ReadParams } from '../request.params.js';
import { toProtocolError } from '../request.errors.js';
import { resourceNotFound, toReadResourceResult } from '../resource.result.js';
import { type CacheHints, MethodGroup, type Serving } from './method.group.js';

/** @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources */
@Injectable()
export class ResourceMethods extends MethodGroup {
  constructor(
    private readonly catalog: Catalog,
    private readonly pages: ListPages,
    private readonly dispatcher: Dispatcher,
    private readonly options: McpOptions,
  ) {
    super();
  }

  capabilities(): ServerCapabilities {
    const { resources, resourceTemplates } = this.catalog.lists;
    return resources.isEmpty && resourceTemplates.isEmpty ? {} : { resources: {} };
  }

  override cacheHints(): CacheHints {
    const { resources, resourceTemplates } = this.catalog.lists;
    return {
      'resources/list': this.pages.cacheHint(resources),
      'resources/templates/list': this.pages.cacheHint(resourceTemplates),
      // Who reads matters, unless the author of the resource says otherwise.
      'resources/read': { ttlMs: 0, cacheScope: 'private' },
    };
  }

  install(server: Server, serving: Serving): void {
    if (this.capabilities().resources === undefined) return;
    server.setRequestHandler('resources/list', { params: ListParams }, ({ cursor }, ctx) => {
      const { principal } = contextOf(ctx, serving);
      const { entries, next } = this.pages.page(this.catalog.lists.resources, cursor, principal);
      return { resources: entries, ...next };
    });
    server.setRequestHandler('resources/templates/list', { params: ListParams }, ({ cursor }, ctx) => {
      const { principal } = contextOf(ctx, serving);
      const list = this.catalog.lists.resourceTemplates;
      const { entries, next } = this.pages.page(list, cursor, principal);
      return { resourceTemplates: entries, ...next };
    });
    server.setRequestHandler('resources/read', { params: ReadParams }, (params, ctx) =>
      this.read(params.uri, contextOf(ctx, serving, params)),
    );
  }

  private async read(uri: string, context: McpContext): Promise<ReadResourceResult | InputRequiredResult> {
    if (uri.length > MAX_URI_LENGTH) {
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `The URI is longer than ${MAX_URI_LENGTH} characters`,
      );
    }
    const found = this.catalog.resource(uri);
    if (found === undefined) throw resourceNotFound(uri);
    this.dispatcher.authorize(found.feature, context);
    try {
      const value = await this.dispatcher.invoke(found.feature, found.input, context);
      return toReadResourceResult(value, { ...found.feature, uri, maxBytes: this.options.maxResultBytes });
    } catch (error) {
      throw toProtocolError(found.feature.description.name, error, context.principal);
    }
  }
}
