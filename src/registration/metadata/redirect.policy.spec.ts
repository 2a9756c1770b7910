import { describe, expect, it } from 'vitest';
import { HOSTILE_REDIRECTS } from '../testing/redirect.corpus.js';
import { redirectKind, type RedirectRules } from './redirect.policy.js';

const RULES: RedirectRules = { schemes: ['cursor'], hosts: [] };
const accepted = (uris: readonly string[], rules = RULES) =>
  uris.filter((uri) => redirectKind(uri, rules) !== undefined);

describe('a redirect', () => {
  it('[row 103] is never one that runs, shows or sends something itself, however it is written', () => {
    expect(accepted(HOSTILE_REDIRECTS[103])).toEqual([]);
  });

  it('[row 104] is plain http on this very machine alone, named in one of three ways', () => {
    expect(accepted(HOSTILE_REDIRECTS[104])).toEqual([]);
  });

  it('[row 105] has no wildcard, fragment, credentials or dot segments, and one spelling', () => {
    expect(accepted(HOSTILE_REDIRECTS[105])).toEqual([]);
  });

  it('[row 106] has a private-use scheme only if that is allowed or a domain turned round', () => {
    expect(accepted(HOSTILE_REDIRECTS[106])).toEqual([]);
  });

  it.each([
    'https://192.0.2.7/callback',
    'https://192.0.2.7:8443/callback',
    'https://[2001:db8::1]/callback',
    'https://[::ffff:c000:207]/callback',
    'https://3221226007/callback',
    'https://0xc0000207/callback',
    'https://agent.example./callback',
    'https://xn--clude-1ra.example/callback',
    'https://login.xn--pple-43d.com/callback',
  ])('leads to a host that a person can read, or to one that is listed: %s', (uri) => {
    expect(redirectKind(uri, RULES)).toBeUndefined();
    const { hostname } = new URL(uri);
    const isCanonical = new URL(uri).href === uri;
    expect(redirectKind(uri, { ...RULES, hosts: [hostname] })).toBe(isCanonical ? 'https' : undefined);
  });

  it.each([
    ['http://127.0.0.1/callback', 'loopback'],
    ['http://127.0.0.1:51234/callback', 'loopback'],
    ['http://127.0.0.1:33418', 'loopback'],
    ['http://localhost:3334/oauth/callback', 'loopback'],
    ['http://[::1]:3334/callback', 'loopback'],
    ['https://claude.ai/api/mcp/auth_callback', 'https'],
    ['https://agent.example:8443/callback?tenant=a&x=%20', 'https'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'private-use'],
    ['com.example.app:/oauth/callback', 'private-use'],
    ['com.example.app://callback', 'private-use'],
  ])('may be %s: %s', (uri, kind) => {
    expect(redirectKind(uri, RULES)).toBe(kind);
  });

  it('[row 106] may have the schemes that the operator lists, and no others', () => {
    const rules = { schemes: ['vscode'], hosts: [] };
    expect(accepted(['vscode://vscode.mcp/callback', 'cursor://anysphere.cursor-mcp/cb'], rules)).toEqual([
      'vscode://vscode.mcp/callback',
    ]);
  });

  it('leads over https to the hosts that the operator lists, and to no others', () => {
    const rules = { schemes: [], hosts: ['claude.ai'] };
    const uris = [
      'https://claude.ai/api/mcp/auth_callback',
      'https://claude.ai.evil.example/callback',
      'https://www.claude.ai/callback',
      'https://claude.ai./callback',
      'http://127.0.0.1/callback',
    ];
    expect(accepted(uris, rules)).toEqual([uris[0], uris[4]]);
  });
});
