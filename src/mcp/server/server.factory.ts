import { Injectable } from '@nestjs/common';
import { mergeCapabilities, Server, type ServerCapabilities } from '@modelcontextprotocol/server';
import { McpOptions } from '../mcp.options.js';
import { MethodGroups, type Serving } from './methods/method.group.js';

/**
 * Makes the small object that speaks the protocol for one session or one request. It holds no features: its handlers
 * read the shared catalog, so neither a call nor a session costs more when there are more tools.
 */
@Injectable()
export class ServerFactory {
  constructor(
    private readonly options: McpOptions,
    private readonly groups: MethodGroups,
  ) {}

  create(serving: Serving): Server {
    const { name, version, title, instructions } = this.options;
    const server = new Server(
      { name, version, ...(title !== undefined && { title }) },
      { capabilities: this.capabilities(), ...(instructions !== undefined && { instructions }) },
    );
    for (const group of this.groups.all) group.install(server, serving);
    return server;
  }

  private capabilities(): ServerCapabilities {
    return this.groups.all.reduce<ServerCapabilities>(
      (sum, group) => mergeCapabilities(sum, group.capabilities()),
      {},
    );
  }
}
