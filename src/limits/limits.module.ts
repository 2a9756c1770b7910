import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { CallLimiter } from '../mcp/index.js';
import { RedisConnection, StorageModule } from '../storage/index.js';
import { CallLimits } from './call.limits.js';
import { AddressMiddleware } from './http/address.middleware.js';
import { Admissions } from './http/admissions.js';
import { InFlight } from './http/in.flight.js';
import { KnownTokens } from './http/known.tokens.js';
import { LimitFilter } from './http/limit.filter.js';
import { MessageInterceptor } from './http/message.interceptor.js';
import { PrincipalGuard } from './http/principal.guard.js';
import { PrincipalRequests } from './http/principal.requests.js';
import { TokenAttempts } from './http/token.attempts.js';
import { RateCounters } from './rate/rate.counters.js';

/**
 * Bounds what anybody may ask for. To be imported after the module that authenticates: Nest runs global guards in the
 * order of their modules.
 */
@Module({
  imports: [StorageModule],
  providers: [
    { provide: RateCounters, inject: [RedisConnection], useFactory: RateCounters.over },
    InFlight,
    KnownTokens,
    TokenAttempts,
    Admissions,
    PrincipalRequests,
    { provide: CallLimiter, useClass: CallLimits },
    { provide: APP_GUARD, useClass: PrincipalGuard },
    { provide: APP_INTERCEPTOR, useClass: MessageInterceptor },
    { provide: APP_FILTER, useClass: LimitFilter },
  ],
  exports: [CallLimiter, RateCounters],
})
export class LimitsModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    // A probe that is refused restarts a process which is only busy.
    consumer.apply(AddressMiddleware).exclude('health/{*path}').forRoutes('{*path}');
  }
}
