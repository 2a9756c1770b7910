/** The table's sections and the rows that belong to each. */
export const SECTIONS: readonly { readonly name: string; readonly first: number; readonly last: number }[] = [
  { name: 'A. HTTP framing and bodies', first: 1, last: 25 },
  { name: 'B. Bearer tokens', first: 26, last: 52 },
  { name: 'C. Sessions', first: 53, last: 70 },
  { name: 'D. JSON-RPC', first: 71, last: 89 },
  { name: 'E. Origin, CORS and proxies', first: 90, last: 95 },
  { name: "F. Discovery and the identity provider's answers", first: 96, last: 102 },
  { name: 'G. Registration of agents', first: 103, last: 115 },
  { name: 'H. Logs and errors', first: 116, last: 119 },
  { name: 'I. Tools', first: 120, last: 128 },
  { name: 'J. Faults of the surroundings', first: 129, last: 134 },
];

/** Rows that no test holds, and why. */
export const REASONS: Readonly<Record<number, string>> = {};
