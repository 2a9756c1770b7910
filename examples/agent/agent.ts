import type { FetchLike } from '@modelcontextprotocol/client';
import { AgentError } from './agent.errors.js';
import { checkAuthorizationResponse } from './authorization.response.js';
import { type Connection, connectionFor, type ToolResult } from './connection.js';
import type { EraChoice } from './era.js';
import { LoopbackReceiver } from './loopback.receiver.js';
import { SmartMailProvider } from './smartmail.provider.js';

export interface AgentOptions {
  /** The MCP endpoint, e.g. `http://localhost:3000/mcp`. */
  readonly url: URL;
  readonly clientId: string;
  readonly era: EraChoice;
  /** Scopes to ask for; by default those that the server's challenge names. */
  readonly scope?: string;
  /** Send RFC 8707's `resource`, as MCP demands. Default: true. */
  readonly sendResource?: boolean;
  /** Shows the sign-in page to the user, who comes back through a loopback redirect. */
  readonly openSignIn: (url: URL) => void;
  readonly signInLimitMs?: number;
  /** Every request of the agent goes through it. Default: Node's own `fetch`. */
  readonly fetch?: FetchLike;
}

export interface AgentAnswer {
  readonly protocolVersion: string | undefined;
  readonly tools: readonly string[];
  /** What `whoami` says about the signed-in user. */
  readonly whoami: Readonly<Record<string, unknown>>;
}

/**
 * Calls `whoami` for a user whom the server's own challenge sends to Logto first.
 * @throws {AgentError} when the user or the authorization server says no
 */
export async function runAgent(options: AgentOptions): Promise<AgentAnswer> {
  const receiver = await LoopbackReceiver.listen();
  try {
    const connection = await signIn(options, receiver);
    try {
      const tools = await connection.toolNames();
      const whoami = readClaims(await connection.callTool('whoami'));
      return { protocolVersion: connection.protocolVersion, tools, whoami };
    } finally {
      await connection.close();
    }
  } finally {
    receiver.close();
  }
}

/** Knocks without a token, follows the challenge to the sign-in page, comes back with a code, knocks again. */
async function signIn(options: AgentOptions, receiver: LoopbackReceiver): Promise<Connection> {
  const { redirectUrl } = receiver;
  const provider = new SmartMailProvider({ ...options, redirectUrl });
  const open = () => connectionFor({ fetch, ...options, provider });

  const first = open();
  try {
    await first.open();
    return first;
  } catch (failure) {
    if (!first.wantsSignIn(failure)) {
      await first.close();
      throw failure;
    }
  }
  const query = await receiver.query(options.signInLimitMs ?? 300_000);
  await first.finishSignIn(checkAuthorizationResponse(query, provider.expectedResponse));
  await first.close();

  const second = open();
  await second.open().catch(async (failure: unknown) => {
    await second.close();
    if (!second.wantsSignIn(failure)) throw failure;
    throw new AgentError('refused', 'The server refused the token it had asked for.', { cause: failure });
  });
  return second;
}

function readClaims({ isError, content, structuredContent }: ToolResult): Readonly<Record<string, unknown>> {
  if (isError === true) throw new AgentError('tool_failed', `whoami failed: ${JSON.stringify(content)}`);
  if (typeof structuredContent !== 'object' || structuredContent === null) {
    throw new AgentError('tool_failed', 'whoami answered without structured content.');
  }
  return { ...structuredContent };
}
