/** Keeps what a client must remember during OAuth, in memory. All SDKs and what is built on them accept it. */
export class MemoryProvider {
  constructor(redirectUrl) {
    this.redirectUrl = redirectUrl;
    this.clientMetadata = {
      client_name: 'Client of the tests',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }
  clientInformation() {
    return this.information;
  }
  saveClientInformation(information) {
    this.information = information;
  }
  isClientInformationDynamicallyRegistered() {
    return this.information !== undefined;
  }
  tokens() {
    return this.stored;
  }
  saveTokens(tokens) {
    this.stored = tokens;
  }
  redirectToAuthorization(url) {
    this.signInAddress = String(url);
  }
  saveCodeVerifier(verifier) {
    this.verifier = verifier;
  }
  codeVerifier() {
    return this.verifier;
  }
  saveDiscoveryState(state) {
    this.discovered = state;
  }
  discoveryState() {
    return this.discovered;
  }
  saveAuthorizationServerInformation(information) {
    this.authorizationServer = information;
  }
  authorizationServerInformation() {
    return this.authorizationServer;
  }
  /** The address that the user must visit, once. */
  takeSignInAddress() {
    const address = this.signInAddress;
    this.signInAddress = undefined;
    return address;
  }
}

/** The text of a tool's result. */
export const textOf = ({ content = [] }) => content.map(({ text }) => text ?? '').join('\n');
