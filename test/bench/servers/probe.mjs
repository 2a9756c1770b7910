// Preloaded into every server that is measured: tells the driver what the process has used, and ends with the driver.
import { Session } from 'node:inspector/promises';

const session = new Session();

const usage = () => ({ ...process.cpuUsage(), ...process.memoryUsage() });

const answers = {
  usage,
  settle: () => {
    globalThis.gc?.();
    return usage();
  },
  profile: async () => {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 500 });
    await session.post('Profiler.start');
    return {};
  },
  profiled: async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return profile;
  },
};

const answer = async (question) => process.send(await answers[question]());

process.on('message', (question) => void answer(question));
process.on('disconnect', () => process.exit());
