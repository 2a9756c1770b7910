import { signIn } from '../../src/dev-tenant/index.js';

/** Alice has every claim; see the seeds of the development tenant. */
export const alice = { username: 'alice', password: 'alice-password' } as const;

export interface Visit {
  readonly authorizationUrl: URL;
  readonly redirect: URL;
  readonly pages: readonly {
    readonly kind: string;
    readonly title: string;
    readonly scopes?: readonly string[];
  }[];
}

/** The person at the browser: opens the page the agent shows, fills in the forms, goes where they lead. */
export class PlayedUser {
  visit?: Visit;
  /** Rejects when a page does not behave; never resolves. */
  readonly trouble: Promise<never>;
  private fail: (error: Error) => void = () => undefined;

  constructor(private readonly decision: 'authorize' | 'cancel') {
    this.trouble = new Promise((_, reject) => {
      this.fail = reject;
    });
  }

  readonly open = (authorizationUrl: URL): void => {
    this.walk(authorizationUrl).catch(this.fail);
  };

  private async walk(authorizationUrl: URL): Promise<void> {
    const { redirect, pages } = await signIn(authorizationUrl.href, { ...alice, decision: this.decision });
    this.visit = { authorizationUrl, redirect: new URL(redirect), pages };
    const arrival = await fetch(redirect, { signal: AbortSignal.timeout(5000) });
    await arrival.text();
  }
}
