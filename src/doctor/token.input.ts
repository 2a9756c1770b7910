const MAX_CHARACTERS = 16_384;

/**
 * The token that somebody pipes in. It is held for as long as the process lives, and printed nowhere.
 * @throws {Error} when there is none
 */
export async function readToken(stdin: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const chunk of stdin) {
    text += chunk.toString();
    if (text.length > MAX_CHARACTERS) throw new Error('The token on stdin is too long to be one');
  }
  const token = text.trim();
  if (token === '') throw new Error('There is no token on stdin');
  return token;
}
