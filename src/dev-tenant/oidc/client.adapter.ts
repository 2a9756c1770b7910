import type { Adapter } from 'oidc-provider';
import { isDocumentUrl, type TenantDirectory } from '../directory/tenant.directory.js';
import { clientMetadata } from './client.metadata.js';
import type { OidcLibrary } from './provider.library.js';

const unsupported = () => Promise.reject(new Error('Clients are kept in the directory'));

/** Reads clients from the directory, so that an app changed or deleted there is so at once. */
export function clientAdapter(library: OidcLibrary, directory: TenantDirectory): Adapter {
  return {
    find: async (id) => {
      // The provider goes on to the document.
      if (directory.cimd.enabled && isDocumentUrl(id)) return undefined;
      const app = directory.applications.get(id);
      // Thrown, not undefined: a token that outlives its app is 400 invalid_client at userinfo.
      if (!app) throw new library.errors.InvalidClient(`invalid client ${id}`);
      return clientMetadata(app);
    },
    upsert: unsupported,
    findByUid: unsupported,
    findByUserCode: unsupported,
    consume: unsupported,
    destroy: unsupported,
    revokeByGrantId: unsupported,
  };
}
