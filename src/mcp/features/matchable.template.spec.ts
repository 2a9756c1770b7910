import { UriTemplate } from '@modelcontextprotocol/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MatchableTemplate, MAX_URI_LENGTH } from './matchable.template.js';
import { normalisedUri } from './normalised.uri.js';

describe('a URI template', () => {
  it.each([
    ['test://template/{id}/data', 'test://template/123/data', { id: '123' }],
    ['test://template/{id}/data', 'test://template/1/2/data', undefined],
    ['test://template/{id}/data', 'test://template//data', undefined],
    ['files://{+path}', 'files://a/b/c', { path: 'a/b/c' }],
    ['files://{host}/{+path}', 'files://h/b/c', { host: 'h', path: 'b/c' }],
    ['x://{a}{/b}', 'x://1/2', { a: '1', b: '2' }],
    ['x://{a}{.ext}', 'x://file.txt', { a: 'file', ext: 'txt' }],
    ['x://list/{ids*}', 'x://list/1,2,3', { ids: ['1', '2', '3'] }],
    ['x://search{?q,page}', 'x://search?q=a&page=2', { q: 'a', page: '2' }],
    ['x://{id}{?q}', 'x://1?q=a', { id: '1', q: 'a' }],
    ['urn:isbn:{number}', 'urn:isbn:42', { number: '42' }],
    ['x://{a}{.ext}', 'x://a.b.txt', { a: 'a.b', ext: 'txt' }],
    ['x://{a}{.ext}', 'x://file', { a: 'file' }],
    ['repo://{owner}/{repo}/contents{/path*}', 'repo://o/r/contents', { owner: 'o', repo: 'r' }],
    ['repo://{owner}/{repo}/contents{/path*}', 'repo://o/r/contents/a', { owner: 'o', repo: 'r', path: 'a' }],
    ['repo://{o}/{r}/contents{/path*}', 'repo://o/r/contents/a/b', { o: 'o', r: 'r', path: ['a', 'b'] }],
    ['repo://{o}/{r}/contents{/path*}', 'repo://o/r/content', undefined],
    ['events://list{?topic,limit}', 'events://list', {}],
    ['events://list{?topic,limit}', 'events://list?limit=5', { limit: '5' }],
    ['events://list{?topic,limit}', 'events://list?limit=5&topic=a%26b', { topic: 'a%26b', limit: '5' }],
    ['events://list{?topic,limit}', 'events://list?topic=', { topic: '' }],
    ['events://list{?topic,limit}', 'events://list?topic=a&other=1', undefined],
    ['events://list{?topic,limit}', 'events://list?topic=a&topic=b', undefined],
    ['events://list{?topic,limit}', 'events://list?topics=a', undefined],
    ['events://list{?tags*}', 'events://list?tags=a&tags=b,c', { tags: ['a', 'b', 'c'] }],
    ['events://list{?a}{&b}', 'events://list?b=1', { b: '1' }],
    ['events://list{?a}{?b}', 'events://list?a=1&b=2', { a: '1', b: '2' }],
    ['events://list?fixed=1{&a}', 'events://list?fixed=1', {}],
    ['events://list?fixed=1{&a}', 'events://list?fixed=1&a=2', { a: '2' }],
    ['files://{+path}{?rev}', 'files://a/b?rev=2', { path: 'a/b', rev: '2' }],
    ['files://{+path}{?rev}', 'files://a?b?rev=2', { path: 'a?b', rev: '2' }],
    ['files://{+path}{#part}', 'files://a/b#c', { path: 'a/b', part: 'c' }],
    ['doc://{id}{#part}', 'doc://1', { id: '1' }],
    ['doc://{id}', 'doc://1?a=b', undefined],
    ['notes://{id}/résumé', 'notes://1/résumé', { id: '1' }],
    ['notes://{id}/résumé', 'notes://1/r%c3%a9sum%C3%A9', { id: '1' }],
    ['notes://{id}/r%C3%A9sum%C3%A9', 'notes://1/résumé', { id: '1' }],
    ['notes://é/{id}/a b', 'notes://%C3%A9/1/a%20b', { id: '1' }],
    ['notes://{id}/~x', 'notes://1/%7ex', { id: '1' }],
    ['geo://{lat},{lng}', 'geo://1.5,2', { lat: '1.5', lng: '2' }],
    ['x://list/{ids}', 'x://list/1,2', { ids: '1,2' }],
    ['https://example.com/{id}{?q}', 'https://example.com/1?q=2', { id: '1', q: '2' }],
    ['x://{a}/{b}/{c}/{d}/{e}', 'x://1/2/3/4/5', { a: '1', b: '2', c: '3', d: '4', e: '5' }],
  ])('%s against %s', (template, uri, variables) => {
    expect(new MatchableTemplate(template).match(normalisedUri(new URL(uri).href))).toEqual(variables);
  });

  it.each([
    ['x://static', 'no variable'],
    ['x://{}', 'cannot be matched'],
    ['x://{a', 'no variable'],
    ['x://{a}}', 'cannot be matched'],
    ['x://{{a}}', 'cannot be matched'],
    ['x://{a,b}', 'cannot be matched'],
    ['x://{a:3}', 'cannot be matched'],
    ['x://{;a}', 'cannot be matched'],
    ['x://{a b}', 'cannot be matched'],
    ['x://{a}/{a}', 'twice'],
    ['{scheme}://a', 'scheme'],
    ['/{a}', 'scheme'],
    ['x://a/../{b}', 'normalise'],
    ['HTTP://h/{a}', 'normalise'],
    ['x://{id}{?q}/end', 'text after a query'],
    ['x://{id}{?q}{/path}', 'text after a query'],
    ['x://{#part}{?q}', 'text after a query'],
    ['x://{#part}/end', 'text after a query'],
    ['https://example.com{?q}', 'does not match'],
    ['x://{id}/a/../b', 'does not match'],
    ['x://{a}{b}{c}', 'too many ways'],
    ['x://{a}{/b}{.c}', 'too many ways'],
    ['x://{+a}{/b*}-{c}', 'too many ways'],
    ['x://{a}-{b}-{c}', 'too many ways'],
    ['x://{a}-{b}/{c}-{d}', 'too many ways'],
    ['x://{+a}/{+b}/{+c}', 'too many ways'],
    ['x://{a*},{b*},{c}', 'too many ways'],
    [`x://${'a'.repeat(MAX_URI_LENGTH)}{b}`, 'longer'],
  ])('%s is refused at start', (template, fault) => {
    expect(() => new MatchableTemplate(template)).toThrow(fault);
  });

  it.each([
    ['x://{a}-{b}/end', '-'],
    ['x://{a}{b}/end', 'a'],
    ['x://{+a}{+b}/end', '/en'],
    ['x://{+a}/{b}/end', '/'],
    ['x://{ids*}/end', 'a,'],
    ['x://{ids*}-{more*}/end', 'a,-'],
    ['x://{/ids*}/end', 'a,'],
    ['x://{id}{?q}', '?q='],
    ['x://{+path}{?q}', '?q=a'],
    ['x://{+path}{?q*}', '&q=a'],
    ['x://{a}{.b}', '.'],
    ['x://{/p*}/{b}/end', '/a'],
    ['x://{a}{.b}/end', '.'],
    ['x://{a}/{b}/{c}/{d}/end', 'a/'],
  ])('%s costs no more than the square of the length of the worst URI', (text, piece) => {
    const template = new MatchableTemplate(text);
    const cost = (uri: string): number => {
      const started = performance.now();
      template.match(uri);
      return performance.now() - started;
    };
    const best = (length: number, tail: string): number => {
      const uri = `x://${piece.repeat(length)}`.slice(0, length - tail.length) + tail;
      return Math.min(cost(uri), cost(uri), cost(uri));
    };
    for (const tail of ['', '/', '/en', '!', ',', '\n']) {
      // Eight times the length costs 64 times as much, with a cube 512 times.
      const short = Math.max(best(MAX_URI_LENGTH / 8, tail), 0.1);
      expect(best(MAX_URI_LENGTH, tail)).toBeLessThan(200 * short);
    }
  });

  const names = ['a', 'b', 'c', 'd'];
  const expression = fc.constantFrom(
    '{N}',
    '{N*}',
    '/{N}',
    '{/N}',
    '{/N*}',
    '{.N}',
    '/x{.N}',
    '{+N}',
    '/é/{N}',
    '/%41-{N}',
  );
  const tail = fc.constantFrom(
    '',
    '{?c}',
    '{?c,d}',
    '{?c*,d}',
    '{?c}{&d}',
    '?x=1{&c,d}',
    '{#c}',
    '{?c}{#d}',
    '/end',
    '{?c}{?d}',
  );
  const templates = fc
    .tuple(
      fc.constantFrom('x://h/', 'note://', 'https://example.com/a/'),
      fc.array(expression, { maxLength: 2 }),
      tail,
    )
    .map(
      ([start, parts, end]) =>
        start + parts.map((part, index) => part.replace('N', names[index] ?? '')).join('') + end,
    )
    .filter((text) => text.includes('{'));
  const value = fc.oneof(
    fc.string({ minLength: 1, maxLength: 6 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }),
    fc.constantFrom('a b', 'é', '100%', 'x,y', 'a&b=c', 'q?r', '#', '../x', '%2F', '~', "it's"),
  );

  it('matches what the SDK expands it to, with the same variables, or is refused at start', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        templates,
        fc.record(Object.fromEntries(names.map((name) => [name, fc.option(value)]))),
        (text, drawn) => {
          let template: MatchableTemplate;
          try {
            template = new MatchableTemplate(text);
          } catch {
            return;
          }
          accepted += 1;
          const optional = (name: string) => new RegExp(`\\{[#./?&](?:[a-d]\\*?,)*${name}\\b`).test(text);
          const given = template.names.flatMap((name) => {
            const one = drawn[name];
            // A variable without an operator has a value in every URI.
            return typeof one === 'string' ? [[name, one]] : optional(name) ? [] : [[name, 'v']];
          });
          const variables: Record<string, string> = Object.fromEntries(given);
          const uri = expand(text, variables);
          if (uri === undefined || !isRoundTrip(text, variables)) return;
          expect({ text, uri, found: template.match(uri) }).toEqual({ text, uri, found: expect.anything() });
          const found = template.match(uri) ?? {};
          const again = expand(
            text,
            mapValues(found, (part) => decodeURIComponent(part)),
          );
          // Decoded, because of two values without a boundary the first may take what the second wrote plainly.
          expect({ text, uri: decodeURIComponent(again ?? '') }).toEqual({
            text,
            uri: decodeURIComponent(uri),
          });
        },
      ),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(1_000);
  });

  it('is not tried on a URI that is too long', () => {
    const template = new MatchableTemplate('x://{a}');
    expect(template.match(`x://${'a'.repeat(MAX_URI_LENGTH - 4)}`)).toBeDefined();
    expect(template.match(`x://${'a'.repeat(MAX_URI_LENGTH - 3)}`)).toBeUndefined();
  });
});

/** What a client sends: the SDK's expansion, in normalised form. Nothing where that is no URI. */
function expand(text: string, variables: Readonly<Record<string, string | string[]>>): string | undefined {
  let uri: string;
  try {
    uri = new UriTemplate(text).expand(variables);
  } catch {
    // Half of a surrogate pair cannot be encoded.
    return undefined;
  }
  return URL.canParse(uri) ? normalisedUri(new URL(uri).href) : undefined;
}

/** Dot segments are resolved by `URL` before the template is asked, as they must be. */
const isRoundTrip = (text: string, variables: Readonly<Record<string, string>>): boolean => {
  const expanded = new UriTemplate(text).expand(variables);
  return !/(?:^|[/])\.{1,2}(?=[/?#]|$)/.test(expanded.slice(expanded.indexOf('//') + 2));
};

const mapValues = (
  values: Readonly<Record<string, string | string[]>>,
  change: (value: string) => string,
): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(change) : change(value),
    ]),
  );
