export type OidcLibrary = typeof import('oidc-provider');

/**
 * Loads `oidc-provider` on demand, because an image without development dependencies has none. Its import prints
 * "Unsupported runtime" on Node 20, where every flow of this room is tested; that one line is kept out of our logs.
 */
export async function loadOidcLibrary(): Promise<OidcLibrary> {
  const { warn } = console;
  console.warn = (...args: unknown[]) => {
    if (!String(args[0]).includes('oidc-provider WARNING: Unsupported runtime')) warn(...args);
  };
  try {
    return await import('oidc-provider');
  } finally {
    console.warn = warn;
  }
}
