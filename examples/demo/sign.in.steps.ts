import { isThirdParty, type Scene } from './scene.js';
import type { Evidence, Stage, Step } from './scene.evidence.js';

/** What the challenge asks for when the agent has no wish of its own. */
const challengedScope = 'openid profile email';

/** What the user sees in the browser, and what the browser brings back. */
export const signInSteps = (scene: Scene, stage: Stage, evidence: Evidence): Step[] => [
  authorizationRequest(scene, stage, evidence),
  signInPage(evidence),
  consentPage(scene, evidence),
  scene.decision === 'cancel' ? bareRedirect(evidence) : redirect(stage, evidence),
];

function authorizationRequest(scene: Scene, { publicUrl }: Stage, { visit }: Evidence): Step {
  const query = visit?.authorizationUrl.searchParams ?? new URLSearchParams();
  const expected = scene.sendResource ? publicUrl + scene.path : null;
  const scope = query.get('scope');
  return {
    name: 'authorization-request',
    ok:
      query.get('resource') === expected &&
      scope === (scene.scope ?? challengedScope) &&
      query.get('code_challenge_method') === 'S256',
    text:
      `It sends the user to Logto as client ${query.get('client_id')}, asks for ${scope}` +
      (scene.sendResource ? ` and a token for ${expected} alone` : ' and names no resource'),
  };
}

function signInPage({ visit }: Evidence): Step {
  const page = visit?.pages.find(({ kind }) => kind === 'sign-in');
  return {
    name: 'sign-in',
    ok: page !== undefined,
    text:
      page === undefined
        ? 'No sign-in page appeared'
        : `Page "${page.title}": alice types her name and password`,
  };
}

function consentPage(scene: Scene, { visit }: Evidence): Step {
  const page = visit?.pages.find(({ kind }) => kind === 'consent');
  if (!isThirdParty(scene)) {
    const text =
      page === undefined ? 'No consent page: it is our own app' : 'A consent page appeared for our own app';
    return { name: 'consent', ok: page === undefined, text };
  }
  // Signing in is what openid means; the page lists what goes beyond it.
  const expected = (scene.scope ?? challengedScope).split(' ').filter((scope) => scope !== 'openid');
  const shown = [...(page?.scopes ?? [])];
  const pressed = scene.decision === 'cancel' ? 'Cancel' : 'Authorize';
  return {
    name: 'consent',
    ok: page !== undefined && shown.toSorted().join() === expected.toSorted().join(),
    text: `Page "${page?.title}" lists ${shown.join(', ') || 'nothing beyond the sign-in'}: alice presses ${pressed}`,
  };
}

function redirect({ issuer }: Stage, { visit }: Evidence): Step {
  const query = visit?.redirect.searchParams;
  const sent = visit?.authorizationUrl.searchParams.get('state');
  return {
    name: 'redirect',
    ok: query?.has('code') === true && query.get('state') === sent && query.get('iss') === issuer,
    text: `The browser returns to ${visit?.redirect.origin} with a code, the same state and iss ${query?.get('iss')}`,
  };
}

/** Logto says nothing when a user cancels, not even which request it was. */
function bareRedirect({ visit }: Evidence): Step {
  const { origin = '', pathname = '', search = '?' } = visit?.redirect ?? {};
  return {
    name: 'redirect',
    ok: search === '',
    text: `The browser returns to ${origin}${pathname} with no code and no error`,
  };
}
