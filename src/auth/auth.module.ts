import { type DynamicModule, Logger, Module, type NestModule, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import type { RequestHandler } from 'express';
import { Config } from '../config/index.js';
import { LogtoModule } from '../logto/index.js';
import { unboundTokensWarning } from './auth.warnings.js';
import { BearerFilter } from './bearer/bearer.filter.js';
import { BearerGuard } from './bearer/bearer.guard.js';
import { BearerStrategy } from './bearer/bearer.strategy.js';
import { LegacyMetadata } from './metadata/legacy.metadata.js';
import { ResourceMetadata } from './metadata/resource.metadata.js';
import { type ProtectedResource, ProtectedResources } from './protected.resources.js';
import { OpenAnswers } from './revocation/open.answers.js';
import { Revocations } from './revocation/revocations.js';
import { StandingStreams } from './revocation/standing.streams.js';
import { WebhookController } from './revocation/webhook.controller.js';
import { CachingVerifier } from './verifiers/caching.verifier.js';
import { IntrospectionVerifier } from './verifiers/introspection.verifier.js';
import { JwtVerifier } from './verifiers/jwt.verifier.js';
import { RevocationVerifier } from './verifiers/revocation.verifier.js';
import { RoutingVerifier } from './verifiers/routing.verifier.js';
import { TokenVerifier } from './verifiers/token.verifier.js';
import { UserinfoVerifier } from './verifiers/userinfo.verifier.js';

export interface AuthOptions {
  /** The endpoints that clients connect to. The first one stands for every route that none of them lists. */
  readonly resources: readonly ProtectedResource[];
  /** Serve `POST /webhooks/logto`. */
  readonly webhook?: boolean;
}

/** Closes every route of the application but `@Public()` ones, and says where to get a token. */
@Module({})
export class AuthModule implements NestModule, OnModuleInit {
  constructor(
    private readonly config: Config,
    private readonly resourceMetadata: ResourceMetadata,
    private readonly legacyMetadata: LegacyMetadata,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  static forRoot({ resources, webhook = false }: AuthOptions): DynamicModule {
    return {
      module: AuthModule,
      controllers: webhook ? [WebhookController] : [],
      imports: [
        LogtoModule,
        PassportModule.register({ defaultStrategy: 'bearer', property: 'auth', session: false }),
      ],
      providers: [
        {
          provide: ProtectedResources,
          inject: [Config],
          useFactory: ({ http }: Config) => new ProtectedResources(http.publicUrl, resources),
        },
        JwtVerifier,
        UserinfoVerifier,
        IntrospectionVerifier,
        {
          provide: RoutingVerifier,
          inject: [Config, JwtVerifier, UserinfoVerifier, IntrospectionVerifier],
          useFactory: routingOf,
        },
        Revocations,
        OpenAnswers,
        StandingStreams,
        {
          provide: TokenVerifier,
          inject: [Config, RoutingVerifier, Revocations, OpenAnswers],
          useFactory: verifierOf,
        },
        BearerStrategy,
        ResourceMetadata,
        LegacyMetadata,
        { provide: APP_GUARD, useClass: BearerGuard },
        { provide: APP_FILTER, useClass: BearerFilter },
      ],
      exports: [PassportModule, TokenVerifier, ProtectedResources, Revocations],
    };
  }

  onModuleInit(): void {
    const warning = unboundTokensWarning(this.config);
    if (warning !== undefined) new Logger('Auth').warn(warning);
  }

  /**
   * Before every route and outside every guard: a client without a token reads these to get one. Handed to Express
   * itself, because Nest's own middleware strips the path that mcp-auth's router looks for, and because well-known
   * places stand at the root of the origin, whatever prefix the application has.
   */
  configure(): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.use(wellKnown(this.resourceMetadata.router()));
    if (this.config.auth.legacyMetadata) httpAdapter.use(wellKnown(this.legacyMetadata.router()));
  }
}

/** Spares every other request the way through the router, which takes a turn of the event loop to find nothing. */
const wellKnown =
  (router: RequestHandler): RequestHandler =>
  (req, res, next) =>
    req.url.startsWith('/.well-known/') ? router(req, res, next) : next();

function routingOf(
  { auth, logto }: Config,
  jwt: JwtVerifier,
  userinfo: UserinfoVerifier,
  introspection: IntrospectionVerifier,
): RoutingVerifier {
  const canIntrospect = logto.management !== undefined;
  // A list that nobody reads would look like a closed door.
  if (!canIntrospect && auth.allowedClients.length > 0) {
    throw new Error('AUTH_ALLOWED_CLIENTS cannot be checked without LOGTO_MANAGEMENT_*');
  }
  return new RoutingVerifier(auth.tokenMode, jwt, canIntrospect ? introspection : userinfo);
}

function verifierOf(
  { auth }: Config,
  routing: RoutingVerifier,
  revocations: Revocations,
  answers: OpenAnswers,
): TokenVerifier {
  const caching = new CachingVerifier(routing, { entries: auth.cacheEntries, seconds: auth.cacheSeconds });
  revocations.subscribe((user) => {
    caching.forget(user);
    answers.cut(user);
  });
  return new RevocationVerifier(caching, revocations);
}
