import type { OAuthClientInformationMixed } from '@modelcontextprotocol/sdk/shared/auth.js';
import { TestAgent } from '../support/oauth.js';

/** An agent that knows no client id until it has registered, and keeps what it then gets. */
export class RegisteringAgent extends TestAgent {
  readonly clientMetadataUrl?: string;
  private information: OAuthClientInformationMixed | undefined;

  constructor({
    port,
    known,
    documentUrl,
  }: {
    readonly port: number;
    /** From an earlier session. */
    readonly known?: OAuthClientInformationMixed | undefined;
    readonly documentUrl?: string;
  }) {
    super('', 'openid profile email', true, `http://127.0.0.1:${port}/callback`);
    this.information = known;
    if (documentUrl !== undefined) this.clientMetadataUrl = documentUrl;
  }

  override clientInformation(): OAuthClientInformationMixed | undefined {
    return this.information;
  }

  saveClientInformation(information: OAuthClientInformationMixed): void {
    this.information = information;
  }
}
