import { html, type Html } from './html.js';

export interface Page {
  readonly kind: 'sign-in' | 'consent' | 'sign-out' | 'error';
  readonly title: string;
  readonly body: Html;
}

/** No `form-action`: browsers hold it against the redirect that follows a form, and that one leaves for the app. */
export const PAGE_HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

export function renderPage({ kind, title, body }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/experience.css" />
      </head>
      <body data-page="${kind}">
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
        <footer>Development tenant: a local stand-in for Logto. Do not enter a real password.</footer>
      </body>
    </html> `.html;
}
