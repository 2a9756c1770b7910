// Loaded into a process with --import: connections to DENIED_PORT fail and are reported on stderr, as when a
// container asks for the name that only browsers outside can reach.
import { Socket } from 'node:net';

const { connect } = Socket.prototype;

Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (String(options?.port) !== process.env.DENIED_PORT) return connect.apply(this, args);
  process.stderr.write(`denied: port ${options.port}\n`);
  process.nextTick(() => this.destroy(new Error(`connect ECONNREFUSED, port ${options.port}`)));
  return this;
};
