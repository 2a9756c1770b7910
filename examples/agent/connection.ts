import type { FetchLike } from '@modelcontextprotocol/client';
import { clientConnection } from './client.connection.js';
import { endpointFor, type EraChoice } from './era.js';
import { sdkConnection } from './sdk.connection.js';
import type { SmartMailProvider } from './smartmail.provider.js';

/** The part of a tool's result that both SDKs describe alike. */
export interface ToolResult {
  readonly isError?: boolean | undefined;
  readonly content: readonly unknown[];
  readonly structuredContent?: unknown;
}

/** One attempt to talk to the server. The two SDKs differ behind it, not in front. */
export interface Connection {
  /** Connects, or sends the user to the sign-in page and fails: see `wantsSignIn`. */
  open(): Promise<void>;
  /** Whether this failure of `open` means that the user has to sign in first. */
  wantsSignIn(failure: unknown): boolean;
  /** Exchanges the code of a checked authorization response for tokens. */
  finishSignIn(query: URLSearchParams): Promise<void>;
  toolNames(): Promise<string[]>;
  callTool(name: string): Promise<ToolResult>;
  /** The revision that both sides settled on; HTTP+SSE has no word for it. */
  readonly protocolVersion: string | undefined;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  readonly era: EraChoice;
  readonly url: URL;
  readonly provider: SmartMailProvider;
  readonly fetch: FetchLike;
}

/** The SDK and the transport that speak this era. */
export function connectionFor({ era, url, provider, fetch }: ConnectionOptions): Connection {
  const endpoint = endpointFor(era, url);
  switch (era) {
    case '2024-11-05':
      return sdkConnection('sse', endpoint, provider, fetch);
    case '2025-11-25':
      return sdkConnection('streamable-http', endpoint, provider, fetch);
    case '2026-07-28':
      return clientConnection({ pin: era }, endpoint, provider, fetch);
    case 'auto':
      return clientConnection('auto', endpoint, provider, fetch);
    default:
      return era satisfies never;
  }
}
