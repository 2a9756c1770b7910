/** Characters that may stand in a URI as they are; all others are percent-encoded. RFC 3986 section 2. */
const NOT_IN_A_URI = /[^\x21-\x7e]|["<>\\^`{|}]/gu;
const PERCENT_ENCODED = /%[\dA-Fa-f]{2}/g;
const UNRESERVED = /[A-Za-z\d\-._~]/;

/**
 * Returns a URI, or a part of one, in the one form of all its equivalent spellings: `é`, `%c3%a9` and `%C3%A9` become
 * `%C3%A9`, and `%41` becomes `A`. RFC 3986 section 6.2.2.
 */
export function normalisedUri(text: string): string {
  return text.replaceAll(NOT_IN_A_URI, encodeURIComponent).replaceAll(PERCENT_ENCODED, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return UNRESERVED.test(character) ? character : encoded.toUpperCase();
  });
}
