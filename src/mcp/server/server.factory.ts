import { Injectable } from '@nestjs/common';
import {
  mergeCapabilities,
  Server,
  type ServerCapabilities,
  type ServerOptions,
} from '@modelcontextprotocol/server';
import { McpOptions } from '../mcp.options.js';
import { MethodGroups, type Serving } from './methods/method.group.js';

/**
 * Makes the small object that speaks the protocol for one session or one request. It holds no features: its handlers
 * read the shared catalog, so neither a call nor a session costs more when there are more tools.
 */
@Injectable()
export class ServerFactory {
  // Put together at the first use, because what the groups offer is known only after the start.
  private shared: ServerOptions | undefined;

  constructor(
    private readonly options: McpOptions,
    private readonly groups: MethodGroups,
  ) {}

  create(serving: Serving): Server {
    const { name, version, title } = this.options;
    const server = new Server(
      { name, version, ...(title !== undefined && { title }) },
      (this.shared ??= this.serverOptions()),
    );
    // oxlint-disable-next-line typescript/no-deprecated -- the only place that knows it in every era
    const clientCapabilities = () => server.getClientCapabilities();
    for (const group of this.groups.all) group.install(server, { ...serving, clientCapabilities });
    return server;
  }

  private serverOptions(): ServerOptions {
    const { instructions } = this.options;
    return {
      capabilities: withChanges(this.capabilities()),
      cacheHints: Object.assign({}, ...this.groups.all.map((group) => group.cacheHints())),
      ...(instructions !== undefined && { instructions }),
    };
  }

  private capabilities(): ServerCapabilities {
    return this.groups.all.reduce<ServerCapabilities>(
      (sum, group) => mergeCapabilities(sum, group.capabilities()),
      {},
    );
  }
}

/** Whatever is offered may change, and the notifier tells so: one place promises it for every part. */
function withChanges({ tools, prompts, resources, ...rest }: ServerCapabilities): ServerCapabilities {
  return {
    ...rest,
    ...(tools && { tools: { ...tools, listChanged: true } }),
    ...(prompts && { prompts: { ...prompts, listChanged: true } }),
    ...(resources && { resources: { ...resources, listChanged: true, subscribe: true } }),
  };
}
