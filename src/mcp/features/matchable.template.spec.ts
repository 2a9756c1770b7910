import { describe, expect, it } from 'vitest';
import { MatchableTemplate, MAX_URI_LENGTH } from './matchable.template.js';

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
    ['x://{a}/{b}/{c}/{d}/{e}', 'x://1/2/3/4/5', { a: '1', b: '2', c: '3', d: '4', e: '5' }],
  ])('%s against %s', (template, uri, variables) => {
    expect(new MatchableTemplate(template).match(uri)).toEqual(variables);
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
    ['x://{a}{b}{c}', 'too many ways'],
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
    ['x://{id}{?q}/end', '?q='],
    ['x://{a}{.b}/end', '.'],
    ['x://{a}/{b}/{c}/{d}/end', 'a/'],
  ])('%s answers the worst URI within 100 ms', (text, piece) => {
    const template = new MatchableTemplate(text);
    for (const tail of ['', '/', '/en', '!', ',', '\n']) {
      const uri = `x://${piece.repeat(MAX_URI_LENGTH)}`.slice(0, MAX_URI_LENGTH - tail.length) + tail;
      const started = performance.now();
      template.match(uri);
      expect(performance.now() - started).toBeLessThan(100);
    }
  });

  it('is not tried on a URI that is too long', () => {
    const template = new MatchableTemplate('x://{a}');
    expect(template.match(`x://${'a'.repeat(MAX_URI_LENGTH - 4)}`)).toBeDefined();
    expect(template.match(`x://${'a'.repeat(MAX_URI_LENGTH - 3)}`)).toBeUndefined();
  });
});
