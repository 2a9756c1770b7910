import { Agent, request } from 'node:http';
import { listTools, MODERN_META } from '../support/raw.js';

const BODY = JSON.stringify({ ...listTools(), params: { _meta: MODERN_META } });
/** Longer than any call waits by design, so that what it shows is a refusal and not a slow machine. */
const TIMEOUT_MS = 30_000;
/** Below what one principal may ask for. */
const PAUSE_MS = 150;

/** Users with good tokens who call while others attack, each over kept and over new connections. */
export class VerifiedCallers {
  calls = 0;
  /** How often each refusal or failure was seen. */
  readonly errors: Record<string, number> = {};
  private isOver = false;

  constructor(
    private readonly origin: string,
    private readonly tokens: readonly string[],
    /** The source address of each caller, by its index. */
    private readonly addresses: readonly string[] = [],
  ) {}

  get errorCount(): number {
    return Object.values(this.errors).reduce((sum, count) => sum + count, 0);
  }

  /** Calls until the attack is over. */
  async during(attack: () => Promise<void>): Promise<void> {
    const running = this.tokens.map((token, at) => this.loop(token, this.addresses[at]));
    await attack().finally(() => {
      this.isOver = true;
    });
    await Promise.all(running);
  }

  /** One call of each, e.g. to be known before the attack. */
  async once(): Promise<void> {
    await Promise.all(this.tokens.map((token, at) => this.call(token, undefined, this.addresses[at])));
  }

  private async loop(token: string, address: string | undefined): Promise<void> {
    const kept = new Agent({ keepAlive: true });
    for (let call = 0; !this.isOver; call += 1) {
      await this.call(token, call % 2 === 0 ? kept : undefined, address);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    kept.destroy();
  }

  private async call(token: string, agent: Agent | undefined, address: string | undefined): Promise<void> {
    this.calls += 1;
    const outcome = await post(this.origin, token, agent ?? false, address).catch(String);
    if (outcome !== '200') this.errors[outcome] = (this.errors[outcome] ?? 0) + 1;
  }
}

function post(
  origin: string,
  token: string,
  agent: Agent | false,
  localAddress: string | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const url = new URL(origin);
    const options = {
      host: '127.0.0.1',
      port: url.port,
      path: '/mcp',
      method: 'POST',
      agent,
      timeout: TIMEOUT_MS,
      ...(localAddress !== undefined && { localAddress }),
      headers: {
        Host: url.host,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(BODY),
        Accept: 'application/json, text/event-stream',
        Authorization: `Bearer ${token}`,
        'MCP-Protocol-Version': '2026-07-28',
        'Mcp-Method': 'tools/list',
      },
    };
    const call = request(options, (res) => {
      res.resume().once('end', () => resolve(String(res.statusCode)));
      res.once('error', reject);
    });
    call.once('timeout', () => call.destroy(new Error(`No response within ${TIMEOUT_MS} ms`)));
    call.once('error', reject).end(BODY);
  });
}
