import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free.port.js';
import type { ListedClient, Outcome } from './client.list.js';
import { ClientProcess, type CommandResult } from './client.process.js';
import { type ClientStack, TOKEN_SECONDS } from './client.stack.js';

const CONNECT_LIMIT_MS = 90_000;
const CALL_LIMIT_MS = 25_000;
/** In the answer of `whoami`: it came from the tenant, for the user who signed in. */
const ALICE = 'alice0000001';

export interface RunOptions {
  readonly client: ListedClient;
  readonly stack: ClientStack;
  /** Where the client may keep what it remembers. */
  readonly home: string;
  readonly progress: (line: string) => void;
}

/** One client at work: each step, and how it ended. */
export class ClientRun {
  readonly faults: string[] = [];
  private program: ClientProcess;
  private context: object = {};

  constructor(private readonly options: RunOptions) {
    this.program = ClientProcess.start(options.client, options.home);
  }

  async connect(): Promise<{ readonly registers: boolean; readonly signsIn: boolean }> {
    const { client, stack, home } = this.options;
    const redirectUrl = `http://127.0.0.1:${await freePort()}/callback`;
    const byHand = client.noRegistration !== undefined;
    const clientId = byHand ? { clientId: await this.clientIdByHand(redirectUrl) } : {};
    this.context = { url: stack.origin + client.path, redirectUrl, home, ...clientId };
    const connects = this.succeeds('connect', await this.open());
    return {
      registers: !byHand && stack.registrations() > 0,
      signsIn: connects && stack.recorder.exchanges.some(({ kind }) => kind === 'authorization_code'),
    };
  }

  async list(): Promise<boolean> {
    return this.succeeds('list', await this.program.run('listTools', {}, CALL_LIMIT_MS), 'whoami');
  }

  async call(): Promise<boolean> {
    return this.succeeds('call', await this.whoami(), ALICE);
  }

  /** Calls again when the token has expired. */
  async expire(): Promise<Outcome> {
    const { exchanges } = this.options.stack.recorder;
    const before = exchanges.length;
    const issued = exchanges.at(-1)?.at ?? Date.now();
    await sleep(Math.max(0, issued + (TOKEN_SECONDS + 1) * 1000 - Date.now()));
    const result = await this.whoami();
    const kinds = new Set(exchanges.slice(before).map(({ kind }) => kind));
    return this.noted('expiry', outcomeOf(result, kinds), result);
  }

  /** Calls again when the server has restarted and has forgotten its sessions. */
  async restart(): Promise<Outcome> {
    await this.options.stack.restartServer();
    const result = await this.whoami();
    return this.noted('restart', outcomeOf(result, new Set()), result);
  }

  stop(): Promise<void> {
    return this.program.stop();
  }

  /** As the user of a program does that hangs. */
  async startAgain(): Promise<void> {
    await this.program.stop();
    this.program = ClientProcess.start(this.options.client, this.options.home);
    this.succeeds('connect', await this.open());
  }

  private open(): Promise<CommandResult> {
    return this.program.run('connect', this.context, CONNECT_LIMIT_MS);
  }

  private whoami(): Promise<CommandResult> {
    return this.program.run('callTool', { name: 'whoami' }, CALL_LIMIT_MS);
  }

  /** As an administrator makes an app in the Console. */
  private async clientIdByHand(redirectUrl: string): Promise<string> {
    const response = await fetch(`${this.options.stack.origin}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'By hand', redirect_uris: [redirectUrl] }),
    });
    // RFC 7591 section 3.2.1, held by the specs of the registration.
    return ((await response.json()) as { client_id: string }).client_id;
  }

  private succeeds(step: string, result: CommandResult, expected?: string): boolean {
    const good = isGood(result) && (expected === undefined || String(result.value).includes(expected));
    if (!good) this.complain(step, result);
    this.options.progress(`${step}: ${good ? 'yes' : 'no'}`);
    return good;
  }

  private noted(step: string, outcome: Outcome, result: CommandResult): Outcome {
    this.options.progress(`${step}: ${outcome}`);
    if (outcome === 'hangs' || outcome === 'fails') this.complain(step, result);
    return outcome;
  }

  private complain(step: string, { error, hangs, value }: CommandResult): void {
    const what = hangs ? 'no end' : (error ?? String(value).slice(0, 300));
    this.faults.push(`${step}: ${what}\n${this.program.log.slice(-1500)}`);
  }
}

const isGood = ({ error, hangs }: CommandResult): boolean => error === undefined && !hangs;

function outcomeOf(result: CommandResult, exchanges: ReadonlySet<string>): Outcome {
  if (result.hangs) return 'hangs';
  if (!isGood(result) || !String(result.value).includes(ALICE)) return 'fails';
  if (exchanges.has('authorization_code')) return 'signs in again';
  if (exchanges.has('refresh_token')) return 'refreshes';
  return result.reconnects > 0 ? 'reconnects' : 'goes on';
}
