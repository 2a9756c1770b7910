const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** How deeply a message may be nested, and how many values it may hold. */
export interface JsonBounds {
  readonly depth: number;
  readonly values: number;
}

/**
 * Says which bound a text exceeds, without building what it describes: a message of brackets would overflow the stack
 * of whoever walks through it later, and one of small values costs each schema that looks at them. Counts brackets and
 * commas outside strings, which is never less than the number of values; whether it is JSON, the parser decides.
 */
export function exceededBound(bounds: JsonBounds, json: string): keyof JsonBounds | undefined {
  let depth = 0;
  let values = 1;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (quoted) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) quoted = false;
      continue;
    }
    if (code === QUOTE) quoted = true;
    else if (code === COMMA) values += 1;
    // In ASCII the brackets [ { and ] } differ by one bit.
    else if ((code | 0x20) === 0x7b) {
      depth += 1;
      values += 1;
    } else if ((code | 0x20) === 0x7d) depth -= 1;
    if (depth > bounds.depth) return 'depth';
    if (values > bounds.values) return 'values';
  }
  return undefined;
}

/** Says the same of a value that is parsed already: its text would have as many brackets and commas. */
export function exceededBoundOf(bounds: JsonBounds, value: unknown): keyof JsonBounds | undefined {
  let values = 1;
  let level = [value].filter(isContainer);
  // Level by level: a function that calls itself would overflow the stack.
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > bounds.depth) return 'depth';
    const inner: object[] = [];
    for (const container of level) {
      const members: unknown[] = Object.values(container);
      values += Math.max(1, members.length);
      if (values > bounds.values) return 'values';
      for (const member of members) if (isContainer(member)) inner.push(member);
    }
    level = inner;
  }
  return undefined;
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
