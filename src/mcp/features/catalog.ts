import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { ListToolsResult } from '@modelcontextprotocol/server';
import { Explorer } from './explorer.js';
import type { ToolFeature } from './feature.js';

/** The only list of what this server offers, filled once at start and shared by every session and request. */
@Injectable()
export class Catalog implements OnApplicationBootstrap {
  // A Map, not an object: a tool called "constructor" must be unknown, not inherited.
  private readonly tools = new Map<string, ToolFeature>();
  private list: ListToolsResult = { tools: [] };

  constructor(private readonly explorer: Explorer) {}

  onApplicationBootstrap(): void {
    for (const tool of this.explorer.tools()) {
      if (this.tools.has(tool.options.name)) throw new Error(`Two tools are called "${tool.options.name}"`);
      this.tools.set(tool.options.name, tool);
    }
    // Sorted, because the order must not depend on the order of imports: clients cache the list.
    const names = [...this.tools.keys()].toSorted();
    this.list = { tools: names.flatMap((name) => this.tools.get(name)?.description ?? []) };
  }

  tool(name: string): ToolFeature | undefined {
    return this.tools.get(name);
  }

  listTools(): ListToolsResult {
    return this.list;
  }
}
