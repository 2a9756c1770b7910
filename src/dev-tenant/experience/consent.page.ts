import type { UserRecord } from '../directory/user.record.js';
import { html } from './html.js';
import { renderPage } from './page.layout.js';

export interface ConsentView {
  readonly interaction: string;
  readonly appName: string;
  /** Of a client that nobody registered: where its description comes from, the only sure thing about it. */
  readonly documentHost?: string;
  readonly user: UserRecord;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
}

const WORDS: Readonly<Record<string, string>> = {
  profile: 'Your profile: name, username, picture and other basic details',
  email: 'Your email address',
  phone: 'Your phone number',
  address: 'Your postal address',
  custom_data: 'Additional data this tenant keeps about you',
  identities: 'The social and enterprise accounts linked to yours',
  roles: 'Your roles',
  'urn:logto:scope:organizations': 'The organizations you belong to',
  'urn:logto:scope:organization_roles': 'Your roles in your organizations',
};

const inWords = (scope: string) => WORDS[scope] ?? `The API permission “${scope}”, used in your name`;

/** Where the answer goes, as the person should judge it: the origin, or the scheme of an installed app. */
function destination(redirectUri: string): string {
  const { origin, protocol } = new URL(redirectUri);
  return origin === 'null' ? `${protocol}//` : origin;
}

export function consentPage({
  interaction,
  appName,
  documentHost,
  user,
  scopes,
  redirectUri,
}: ConsentView): string {
  const items = scopes.map((scope) => html`<li data-scope="${scope}">${inWords(scope)}</li>`);
  const list =
    items.length === 0
      ? []
      : [
          html`<h2>It will have access to</h2>
            <ul>
              ${items}
            </ul>`,
        ];
  const warning =
    documentHost === undefined
      ? []
      : [
          html`<p class="note">
            This client is not registered here. It says of itself that it is of ${documentHost}.
          </p>`,
        ];
  const details = [user.username, user.primaryEmail ?? ''].filter((text) => text !== '').join(' · ');
  return renderPage({
    kind: 'consent',
    title: `Authorize ${appName}`,
    body: html`<p><strong>${appName}</strong> asks for access to your account.</p>
      ${warning}
      <p class="account"><strong>${user.name ?? user.username}</strong><span>${details}</span></p>
      ${list}
      <form method="post" action="/consent">
        <input type="hidden" name="interaction" value="${interaction}" />
        <div class="buttons">
          <button type="submit" name="decision" value="cancel" class="quiet">Cancel</button>
          <button type="submit" name="decision" value="authorize">Authorize</button>
        </div>
      </form>
      <p class="note">You will be redirected to <strong>${destination(redirectUri)}</strong>.</p>`,
  });
}
