const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Says whether arrays and objects are nested deeper than `limit`, without building them: a message of brackets would
 * overflow the stack of whoever walks through it later. Judges brackets only; whether it is JSON, the parser decides.
 */
export function isDeeperThan(limit: number, json: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (quoted) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) quoted = false;
      continue;
    }
    if (code === QUOTE) quoted = true;
    // In ASCII the brackets [ { and ] } differ by one bit.
    else if ((code | 0x20) === 0x7b) depth += 1;
    else if ((code | 0x20) === 0x7d) depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}
