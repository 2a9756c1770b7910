import type { UserRecord } from '../directory/user.record.js';
import { html } from './html.js';
import { renderPage } from './page.layout.js';

export interface SignInView {
  readonly interaction: string;
  readonly appName: string;
  readonly username: string;
  readonly error?: string;
  /** Whose names and passwords are shown. It is a toy, and says so. */
  readonly users: readonly UserRecord[];
}

export function signInPage({ interaction, appName, username, error, users }: SignInView): string {
  const alert = error === undefined ? [] : [html`<p class="error" role="alert" id="error">${error}</p>`];
  const hints = users.map(
    (user) => html`<li><code>${user.username}</code> / <code>${user.password}</code></li>`,
  );
  return renderPage({
    kind: 'sign-in',
    title: 'Sign in',
    body: html`<p>to continue to <strong>${appName}</strong></p>
      ${alert}
      <form method="post" action="/sign-in">
        <input type="hidden" name="interaction" value="${interaction}" />
        <label for="username">Username</label>
        <input
          id="username"
          name="username"
          value="${username}"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          maxlength="128"
          required
          autofocus
        />
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          maxlength="256"
          required
        />
        <button type="submit">Sign in</button>
      </form>
      <details>
        <summary>Who can sign in here?</summary>
        <ul>
          ${hints}
        </ul>
      </details>`,
  });
}
