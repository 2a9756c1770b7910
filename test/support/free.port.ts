// The demo needs the same: a port that is known before its server is built, and that no outgoing connection takes meanwhile.
export { freePort } from '../../examples/demo/free.port.js';
