/** One thing that is missing in the tenant, and one request that adds it. */
export type Change =
  | { readonly kind: 'create_resource'; readonly resource: string }
  | { readonly kind: 'create_permission'; readonly resource: string; readonly scope: string }
  | { readonly kind: 'create_role'; readonly role: string }
  | { readonly kind: 'make_role_default'; readonly role: string }
  | {
      readonly kind: 'add_role_permission';
      readonly role: string;
      readonly resource: string;
      readonly scope: string;
    }
  | {
      readonly kind: 'create_app';
      readonly app: string;
      readonly type: 'Native' | 'SPA' | 'Traditional';
      readonly redirectUris: readonly string[];
    }
  | { readonly kind: 'add_redirect_uris'; readonly app: string; readonly redirectUris: readonly string[] }
  | { readonly kind: 'let_app_ask_user_data'; readonly app: string; readonly scope: string }
  | {
      readonly kind: 'let_app_ask_permission';
      readonly app: string;
      readonly resource: string;
      readonly scope: string;
    }
  | { readonly kind: 'enable_cimd' }
  | { readonly kind: 'let_cimd_ask_user_data'; readonly scope: string }
  | { readonly kind: 'let_cimd_ask_permission'; readonly resource: string; readonly scope: string };
