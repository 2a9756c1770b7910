import { Controller, Get } from '@nestjs/common';
import { Public } from '../../auth/index.js';
import { Config } from '../../config/index.js';
import { LogtoDiscovery } from '../../logto/index.js';

/**
 * Logto's own metadata with one line more, for an edge to serve on Logto's origin: strict clients believe a
 * registration endpoint only in a document whose issuer is Logto's and that lies where RFC 8414 section 3.1 puts it.
 */
@Controller('.well-known/oauth-authorization-server/oidc')
@Public()
export class ServerMetadataController {
  constructor(
    private readonly config: Config,
    private readonly discovery: LogtoDiscovery,
  ) {}

  /** @throws {LogtoUnavailableError} while nothing is known of Logto */
  @Get()
  document(): Readonly<Record<string, unknown>> {
    const { raw } = this.discovery.metadata();
    return { ...raw, registration_endpoint: `${this.config.http.publicUrl}/register` };
  }
}
