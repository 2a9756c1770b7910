import { request } from 'node:http';
import { pause } from './attackers.js';

const TIMEOUT_MS = 10_000;
const PAUSE_MS = 200;

/** Asks for the health of the server, each time over a new connection, as an orchestrator does. */
export class HealthProbes {
  sent = 0;
  failed = 0;

  constructor(
    private readonly port: number,
    private readonly address: string,
  ) {}

  /** Probes until the attack is over. */
  async during(attack: Promise<void>): Promise<void> {
    let isOver = false;
    const over = attack.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      this.sent += 1;
      if ((await this.probe()) !== 200) this.failed += 1;
      await pause(PAUSE_MS);
    }
    await over;
  }

  private probe(): Promise<number | undefined> {
    return new Promise((resolve) => {
      const options = {
        host: '127.0.0.1',
        port: this.port,
        path: '/health/live',
        localAddress: this.address,
        agent: false,
        timeout: TIMEOUT_MS,
      };
      const probe = request(options, (res) => {
        res.resume().once('end', () => resolve(res.statusCode));
      });
      probe.once('timeout', () => probe.destroy());
      probe.once('error', () => resolve(undefined)).end();
    });
  }
}
