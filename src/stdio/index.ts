export { type LocalIdentity, localIdentity } from './local.identity.js';
export { claimStdout } from './protocol.stdout.js';
export { untilRefused } from './token.watch.js';
