import { Module } from '@nestjs/common';
import { ConsentedClaims } from './claims/consented.claims.js';
import { ApplicationClient } from './clients/application.client.js';
import { IntrospectionClient } from './clients/introspection.client.js';
import { ManagementCalls } from './clients/management.calls.js';
import { ManagementClient } from './clients/management.client.js';
import { ManagementToken } from './clients/management.token.js';
import { UserinfoClient } from './clients/userinfo.client.js';
import { LogtoDiscovery } from './discovery/logto.discovery.js';
import { LogtoKeys } from './discovery/logto.keys.js';

/** Everything that calls Logto. Starts without it and finds it in the background. */
@Module({
  providers: [
    LogtoDiscovery,
    LogtoKeys,
    UserinfoClient,
    IntrospectionClient,
    ManagementToken,
    ManagementClient,
    ManagementCalls,
    ApplicationClient,
    ConsentedClaims,
  ],
  exports: [
    LogtoDiscovery,
    LogtoKeys,
    UserinfoClient,
    IntrospectionClient,
    ManagementToken,
    ManagementClient,
    ApplicationClient,
    ConsentedClaims,
  ],
})
export class LogtoModule {}
