/** The part of a message that a log entry holds. */
const LONGEST_MESSAGE = 500;
const MAX_CAUSES = 3;

const STATEMENT = /^\W{0,8}(?:failed query: )?(?:insert|update|delete|select|replace|merge|with|call)\s/i;

/**
 * An error as the log has it: name, message, code and stack, and the messages of its causes. Database drivers append
 * the query and its parameters in further lines or members, or write values into the statement; those are left out.
 * Works for anything that can be thrown, also for what throws again when it is looked at.
 */
export function errorText(error: unknown): string {
  try {
    if (!(error instanceof Error)) return firstLine(String(error));
    return [headOf(error), ...framesOf(error), ...causesOf(error)].join('\n');
  } catch {
    return `a thrown ${typeof error} that cannot be described`;
  }
}

function headOf(error: Error): string {
  const { name, message } = error;
  const code: unknown = Reflect.get(error, 'code');
  const suffix = typeof code === 'string' || typeof code === 'number' ? ` (${firstLine(String(code))})` : '';
  return `${name}: ${firstLine(message)}${suffix}`;
}

/** Frames follow the message, whose own lines may look like frames. */
function framesOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message);
  const frames = start === -1 ? stack : stack.slice(start + message.length);
  return frames.split('\n').filter((line) => /^\s+at /.test(line));
}

function causesOf({ cause }: Error, depth = 0): string[] {
  if (!(cause instanceof Error) || depth === MAX_CAUSES) return [];
  return [`caused by ${headOf(cause)}`, ...causesOf(cause, depth + 1)];
}

function firstLine(text: string): string {
  const line = text.trimStart().split('\n', 1)[0]?.slice(0, LONGEST_MESSAGE) ?? '';
  return STATEMENT.test(line) ? line.replaceAll(/'[^']*'/g, "'?'") : line;
}
