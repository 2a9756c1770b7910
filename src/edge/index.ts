export { EdgeAdapter } from './edge.adapter.js';
export { EdgeModule } from './edge.module.js';
export { Drain } from './drain.js';
export { originsOf } from './origin.policy.js';
export { readBytes, RequestBodyError } from './request.body.js';
export { isOpenDocument } from './request.target.js';
export { startServer } from './server.start.js';
