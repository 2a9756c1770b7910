import { CookieJar } from './scripted/cookie.jar.js';
import { readPage, type ReadPage } from './scripted/page.reader.js';

export interface ScriptedUser {
  readonly username: string;
  readonly password: string;
  /** What to press on a consent page. A first-party app shows none. */
  readonly decision: 'authorize' | 'cancel';
}

export interface VisitedPage {
  readonly kind: 'sign-in' | 'consent';
  readonly title: string;
  /** On a consent page, the names of the scopes it lists. */
  readonly scopes?: readonly string[];
}

export interface SignInOutcome {
  /** Where the tenant sent the browser in the end. It was not requested. */
  readonly redirect: string;
  readonly pages: readonly VisitedPage[];
}

/** The tenant ended the flow on one of its own pages. */
export class ScriptedUserError extends Error {
  readonly code = 'sign_in_stopped';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'ScriptedUserError';
  }
}

const MAX_STEPS = 20;
const TIMEOUT_MS = 10_000;

/**
 * Plays a person in a fresh browser: follows the authorization URL, fills in the tenant's pages with real form posts,
 * and stops at the first redirect that leaves the tenant's origin.
 * @throws {ScriptedUserError} when the tenant shows an error instead
 */
export async function signIn(authorizationUrl: string, user: ScriptedUser): Promise<SignInOutcome> {
  const jar = new CookieJar();
  const pages: VisitedPage[] = [];
  let url = new URL(authorizationUrl);
  let form: URLSearchParams | undefined;
  const { origin } = url;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const response = await request(url, form, jar);
    const location = response.headers.get('location');
    const text = await response.text();
    if (location !== null) {
      url = new URL(location, url);
      form = undefined;
      if (url.origin !== origin) return { redirect: location, pages };
      continue;
    }
    const page = readPage(text);
    form = fillIn(page, user, response.status, text);
    pages.push(visited(page));
    url = new URL(page.action, url);
  }
  throw new ScriptedUserError(0, `The tenant did not come to an end in ${MAX_STEPS} steps`);
}

async function request(url: URL, form: URLSearchParams | undefined, jar: CookieJar): Promise<Response> {
  const response = await fetch(url, {
    ...(form && { method: 'POST', body: form }),
    headers: { accept: 'text/html', cookie: jar.header(url) },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  jar.store(response);
  return response;
}

function fillIn(page: ReadPage, user: ScriptedUser, status: number, text: string): URLSearchParams {
  if (status !== 200) throw new ScriptedUserError(status, page.error ?? (page.title || text.slice(0, 500)));
  const fields = new URLSearchParams([...page.hidden]);
  if (page.kind === 'consent') {
    fields.set('decision', user.decision);
    return fields;
  }
  if (page.kind !== 'sign-in') throw new ScriptedUserError(status, `Unexpected page "${page.title}"`);
  fields.set('username', user.username);
  fields.set('password', user.password);
  return fields;
}

const visited = ({ kind, title, scopes }: ReadPage): VisitedPage =>
  kind === 'consent' ? { kind, title, scopes } : { kind: 'sign-in', title };
