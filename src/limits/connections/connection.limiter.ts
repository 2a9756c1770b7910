import { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Express, Request } from 'express';
import { Config } from '../../config/index.js';
import { ThrottledWarning } from '../../observability/index.js';
import { addressKey } from '../address.key.js';
import { VerifiedAddresses } from '../verified.addresses.js';
import { connectionPolicy } from './connection.policy.js';
import { type Connection, Connections } from './connections.js';

/** Express's own decision on whom `TRUST_PROXY` names. */
type TrustProxy = (address: string, hop: number) => boolean;

/** Closes the connections that one address has too many of, before anything is read from them. */
@Injectable()
export class ConnectionLimiter implements OnModuleInit {
  private readonly refused = new ThrottledWarning(new Logger('Limits'), 'connection.refused');
  private readonly bySocket = new WeakMap<Socket, Connection>();
  private connections: Connections | undefined;
  private isProxy: TrustProxy = () => false;

  constructor(
    private readonly config: Config,
    private readonly adapterHost: HttpAdapterHost,
    private readonly addresses: VerifiedAddresses,
  ) {}

  onModuleInit(): void {
    // Nest declares it as present, but a local client on stdio has none.
    const adapter = this.adapterHost.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    const server: unknown = adapter?.getHttpServer();
    if (adapter === undefined || !(server instanceof Server)) return;
    const app: Express = adapter.getInstance();
    this.isProxy = app.get('trust proxy fn');
    const policy = connectionPolicy(server.maxConnections, this.config.http.maxConnectionsPerAddress);
    const connections = new Connections(policy);
    this.connections = connections;
    server.on('connection', (socket: Socket) => this.open(socket, connections));
  }

  /** A verified caller has sent this request. */
  verify({ socket, ip }: Request): void {
    const connection = this.bySocket.get(socket);
    if (connection === undefined || connection.isVerified) return;
    this.addresses.add(addressKey(ip));
    this.connections?.verify(connection);
  }

  private open(socket: Socket, connections: Connections): void {
    const { remoteAddress } = socket;
    // Its client has gone already.
    if (remoteAddress === undefined) return;
    const address = this.isProxy(remoteAddress, 0) ? undefined : addressKey(remoteAddress);
    const isVerified = address === undefined || this.addresses.has(address);
    const connection = connections.open(address, isVerified, () => socket.destroy());
    if (connection === undefined) {
      this.refused.report();
      socket.destroy();
      return;
    }
    this.bySocket.set(socket, connection);
    socket.once('close', () => connections.closed(connection));
  }
}
