import { Injectable } from '@nestjs/common';
import {
  type Implementation,
  mergeCapabilities,
  type Server,
  type ServerCapabilities,
  type ServerOptions,
} from '@modelcontextprotocol/server';
import { isolatedValidator } from '../features/isolated.validator.js';
import { McpOptions } from '../mcp.options.js';
import { STATELESS_REVISION } from '../revisions.js';
import { CallServer } from './call.server.js';
import { type MethodGroup, MethodGroups, type Serving } from './methods/method.group.js';
import { ToolMethods } from './methods/tool.methods.js';

/**
 * Makes the small object that speaks the protocol for one session or one request. It holds no features: its handlers
 * read the shared catalog, so neither a call nor a session costs more when there are more tools.
 */
@Injectable()
export class ServerFactory {
  // Put together at the first use, because what the groups offer is known only after the start.
  private shared: ServerOptions | undefined;
  private readonly identity: Implementation;

  constructor(
    private readonly options: McpOptions,
    private readonly groups: MethodGroups,
    private readonly tools: ToolMethods,
  ) {
    const { name, version, title } = options;
    this.identity = { name, version, ...(title !== undefined && { title }) };
  }

  create(serving: Serving): Server {
    return this.install(new CallServer(this.identity, this.offers), serving, this.groups.all);
  }

  /** For all requests about tools of the revision in which each says everything that is to be known of it. */
  createForCalls(): CallServer {
    const server = CallServer.of(STATELESS_REVISION, this.identity, this.offers);
    return this.install(server, { era: 'stateless' }, [this.tools]);
  }

  private install(server: CallServer, serving: Serving, groups: readonly MethodGroup[]): CallServer {
    // oxlint-disable-next-line typescript/no-deprecated -- the only place that knows it in every era
    const clientCapabilities = () => server.getClientCapabilities();
    for (const group of groups) group.install(server, { clientCapabilities, ...serving });
    return server;
  }

  private get offers(): ServerOptions {
    return (this.shared ??= this.serverOptions());
  }

  private serverOptions(): ServerOptions {
    const { instructions } = this.options;
    return {
      capabilities: withChanges(this.capabilities()),
      cacheHints: Object.assign({}, ...this.groups.all.map((group) => group.cacheHints())),
      // For the answers to what a tool asks in a session.
      jsonSchemaValidator: isolatedValidator,
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
