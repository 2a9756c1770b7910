import { Injectable } from '@nestjs/common';
import { type Request, type Response, Router } from 'express';
import { MCPAuth } from 'mcp-auth';
import { Config } from '../../config/index.js';
import { namedScopes } from '../auth.scopes.js';
import { metadataPath, ProtectedResources } from '../protected.resources.js';
import { methodNotAllowed } from './method.not.allowed.js';

/** The RFC 9728 documents: one for every resource at its own place, the main one at the root as well. */
@Injectable()
export class ResourceMetadata {
  constructor(
    private readonly config: Config,
    private readonly resources: ProtectedResources,
  ) {}

  router(): Router {
    const documents = this.documents();
    const router = Router({ caseSensitive: true });
    // Clients that know no path form look here. `resource` still says /mcp, which they compare with their own URL.
    router.all(ProtectedResources.metadataRoot, (request: Request, response: Response, next) => {
      request.url = metadataPath(this.resources.main.path);
      documents(request, response, next);
    });
    return router.use(
      documents,
      methodNotAllowed([
        ProtectedResources.metadataRoot,
        ...this.resources.all.map(({ path }) => metadataPath(path)),
      ]),
    );
  }

  private documents(): Router {
    const { issuer } = this.config.logto;
    const scopesSupported = namedScopes(this.config.auth.scopes);
    return new MCPAuth({
      protectedResources: this.resources.all.map(({ url }) => ({
        metadata: {
          resource: url,
          authorizationServers: [{ issuer, type: 'oidc' }],
          scopesSupported,
          bearerMethodsSupported: ['header'],
        },
      })),
    }).protectedResourceMetadataRouter();
  }
}
