/** The revisions of MCP that differ on the wire, by the transport that each brought. */
export const ERAS = ['2024-11-05', '2025-11-25', '2026-07-28'] as const;

export type Era = (typeof ERAS)[number];

/** `auto`: ask the server which revisions it speaks and take the newest. */
export type EraChoice = Era | 'auto';

/** How each era carries messages, in words. */
export const transportOf: Readonly<Record<Era, string>> = {
  '2024-11-05': 'HTTP+SSE',
  '2025-11-25': 'Streamable HTTP',
  '2026-07-28': 'stateless HTTP',
};

/** HTTP+SSE has an endpoint of its own, below the one that the later eras share. */
export function endpointFor(era: EraChoice, url: URL): URL {
  if (era !== '2024-11-05' || url.pathname.endsWith('/sse')) return url;
  return new URL(`${url.pathname.replace(/\/$/, '')}/sse`, url);
}
