export { EventLogger } from './event.logger.js';
export { ThrottledWarning } from './throttled.warning.js';
