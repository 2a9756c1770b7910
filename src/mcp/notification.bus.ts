import { AsyncLocalStorage } from 'node:async_hooks';
import { InMemoryServerEventBus, type ServerEvent, type ServerEventBus } from '@modelcontextprotocol/server';
import { ownerOf, type Principal, type User, userOf } from './principal.js';

/** Whom an update reaches: a user through every client, or one owner of sessions, which is a user through one client. */
export type Audience = { readonly user: User } | { readonly owner: Principal };

type AddressedEvent = ServerEvent & { readonly audience?: Audience };

/** Carries events to the connections whose caller they are for. */
export class NotificationBus implements ServerEventBus {
  private readonly bus: InMemoryServerEventBus;
  /** The SDK subscribes within the request that opens the stream, and does not say for whom. */
  private readonly reader = new AsyncLocalStorage<Principal>();

  constructor(onError: (error: Error) => void) {
    this.bus = new InMemoryServerEventBus(onError);
  }

  /** Runs what subscribes on behalf of a caller. */
  runAs<Result>(principal: Principal, subscribe: () => Result): Result {
    return this.reader.run(principal, subscribe);
  }

  publish(event: AddressedEvent): void {
    this.bus.publish(event);
  }

  subscribe(listener: (event: ServerEvent) => void): () => void {
    return this.subscribeAs(this.reader.getStore(), listener);
  }

  /** @param reader without one, only what is for everybody is delivered */
  subscribeAs(reader: Principal | undefined, listener: (event: ServerEvent) => void): () => void {
    return this.bus.subscribe((event: AddressedEvent) => {
      if (event.audience === undefined || (reader !== undefined && reaches(event.audience, reader)))
        listener(event);
    });
  }
}

const reaches = (audience: Audience, reader: Principal): boolean =>
  'user' in audience ? userOf(audience.user) === userOf(reader) : ownerOf(audience.owner) === ownerOf(reader);
