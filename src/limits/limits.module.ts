import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { CallLimiter, MessageLimiter } from '../mcp/index.js';
import { RedisConnection, StorageModule } from '../storage/index.js';
import { CallLimits } from './call.limits.js';
import { ConnectionLimiter } from './connections/connection.limiter.js';
import { AddressMiddleware } from './http/address.middleware.js';
import { AddressRequests } from './http/address.requests.js';
import { Admissions } from './http/admissions.js';
import { InFlight } from './http/in.flight.js';
import { KnownTokens } from './http/known.tokens.js';
import { LimitFilter } from './http/limit.filter.js';
import { MessageLimits } from './http/message.limits.js';
import { PrincipalGuard } from './http/principal.guard.js';
import { PrincipalRequests } from './http/principal.requests.js';
import { TokenAttempts } from './http/token.attempts.js';
import { UnmatchedRequests } from './http/unmatched.requests.js';
import { RateCounters } from './rate/rate.counters.js';
import { VerifiedAddresses } from './verified.addresses.js';

/**
 * Bounds what anybody may ask for. To be imported after the module that authenticates: Nest runs global guards in the
 * order of their modules.
 */
@Module({
  imports: [StorageModule],
  providers: [
    { provide: RateCounters, inject: [RedisConnection], useFactory: RateCounters.over },
    VerifiedAddresses,
    ConnectionLimiter,
    AddressRequests,
    UnmatchedRequests,
    InFlight,
    KnownTokens,
    TokenAttempts,
    Admissions,
    PrincipalRequests,
    { provide: CallLimiter, useClass: CallLimits },
    { provide: MessageLimiter, useClass: MessageLimits },
    { provide: APP_GUARD, useClass: PrincipalGuard },
    { provide: APP_FILTER, useClass: LimitFilter },
  ],
  exports: [CallLimiter, MessageLimiter, RateCounters],
})
export class LimitsModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(AddressMiddleware).forRoutes('{*path}');
  }
}
