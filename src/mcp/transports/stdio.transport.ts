import type { Readable, Writable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { McpOptions } from '../mcp.options.js';
import { ServerFactory } from '../server/server.factory.js';

/** A local client being served, by whatever revision its first message speaks. */
export interface StdioConnection {
  /** Resolves when the client has closed its end. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves one client over a pair of pipes: the client starts the process, so whoever it acts for is decided before the
 * first message, and there is nothing to authenticate later.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 */
@Injectable()
export class StdioTransport {
  private readonly log = new Logger(StdioTransport.name);

  constructor(
    private readonly servers: ServerFactory,
    private readonly options: McpOptions,
  ) {}

  /** @param auth whose tools these are */
  serve(
    auth: AuthInfo,
    { stdin, stdout }: { readonly stdin: Readable; readonly stdout: Writable },
  ): StdioConnection {
    const wire = new StdioServerTransport(stdin, stdout, { maxBufferSize: this.options.maxBodyBytes });
    const { close } = serveStdio(() => this.servers.create({ era: 'stdio', auth }), {
      transport: wire,
      maxSubscriptions: this.options.subscriptions.maxPerPrincipal,
      onerror: (error) => this.log.debug({ event: 'stdio.error', error: error.message }),
    });
    const ended = new Promise<void>((resolve) => {
      // The entry has set a handler of its own, which goes on to end what it serves.
      const { onclose } = wire;
      wire.onclose = () => {
        onclose?.();
        resolve();
      };
    });
    return { ended, close };
  }
}
