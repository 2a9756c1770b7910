import { UriTemplate } from '@modelcontextprotocol/server';
import { normalisedUri } from './normalised.uri.js';
import { isOptional, isQuery, parseExpression, type TemplateExpression } from './template.expression.js';
import { ambiguities, templatePatterns } from './template.pattern.js';

/** Longer URIs are refused unread: the cost of a match grows with the square of the length. */
export const MAX_URI_LENGTH = 2048;

export type TemplateVariables = Readonly<Record<string, string | string[]>>;

/**
 * A URI template that matches in bounded time what a client can expand it to. The SDK's own matcher misses absent
 * variables, lists in a path and encoded literals, and backtracks: two variables that may share their characters in
 * many ways cost the square of the length, three its cube.
 * @throws {Error} where the template is not RFC 6570 as far as it can be matched, or would cost more than the square
 */
export class MatchableTemplate {
  /** The variables, as they are named in the template. */
  readonly names: readonly string[];
  private readonly prefix: string;
  private readonly patterns: readonly RegExp[];
  private readonly expressions: readonly TemplateExpression[];

  constructor(text: string) {
    const fault = (what: string) => new Error(`The URI template "${text.slice(0, 100)}" ${what}`);
    if (text.length > MAX_URI_LENGTH) throw fault(`is longer than ${MAX_URI_LENGTH} characters`);
    const parts = text.split(/\{([^{}]*)\}/);
    // Every second part is an expression, the others are the literal text around them.
    const sources = parts.filter((_part, index) => index % 2 === 1);
    const literals = parts.filter((_part, index) => index % 2 === 0);
    if (sources.length === 0) throw fault('has no variable: make it a resource');
    if (literals.some((literal) => /[{}]/.test(literal))) throw fault('has a brace that cannot be matched');
    this.expressions = sources.map((source) => {
      const expression = parseExpression(source);
      if (expression === undefined) {
        throw fault(
          `has the expression "{${source}}", which cannot be matched: write one variable in each expression`,
        );
      }
      return expression;
    });
    this.names = this.expressions.flatMap(({ variables }) => variables.map(({ name }) => name));
    if (new Set(this.names).size < this.names.length) throw fault('names a variable twice');
    const template = { literals: literals.map(normalisedUri), expressions: this.expressions };
    this.prefix = template.literals[0] ?? '';
    if (!isNormalised(this.prefix)) throw fault('must begin with a scheme, written as URLs normalise it');
    const patterns = templatePatterns(template);
    if (patterns === undefined)
      throw fault('has text after a query or a fragment: put "{?...}" and "{#...}" at its end');
    if (ambiguities(template) > 1)
      throw fault('can be matched in too many ways: keep its variables apart with "/"');
    this.patterns = patterns;
    this.assertMatchesItself(text, fault);
  }

  /** How much of a URI the template fixes before its first variable. */
  get fixedLength(): number {
    return this.prefix.length;
  }

  /**
   * @param uri as `URL` writes it, so that dot segments cannot climb out of the prefix, in normalised form
   * @returns the values as they stand in the URI; nothing for a variable that is absent
   */
  match(uri: string): TemplateVariables | undefined {
    // Cheaper than the pattern, so that a call does not cost more when there are many templates.
    if (uri.length > MAX_URI_LENGTH || !uri.startsWith(this.prefix)) return undefined;
    const found = this.patterns
      .map((pattern) => pattern.exec(uri)?.groups)
      .find((groups) => groups !== undefined);
    if (found === undefined) return undefined;
    const values = new Map<string, string | string[]>();
    for (const [index, { operator, variables }] of this.expressions.entries()) {
      const [variable] = variables;
      const text = found[`v${index}`];
      if (variable === undefined || text === undefined) continue;
      values.set(variable.name, variable.exploded ? listOf(text, operator) : text);
    }
    const query = found['query'] ?? '';
    return query === '' || this.readQuery(query, values) ? Object.fromEntries(values) : undefined;
  }

  /** @returns false when a variable that is no list has two values */
  private readQuery(query: string, values: Map<string, string | string[]>): boolean {
    const variables = this.expressions.filter(isQuery).flatMap((expression) => expression.variables);
    for (const pair of query.slice(1).split('&')) {
      const end = pair.indexOf('=');
      const [name, value] = [pair.slice(0, end), pair.slice(end + 1)];
      const before = values.get(name);
      const isList = variables.some((variable) => variable.name === name && variable.exploded);
      if (before !== undefined && !isList) return false;
      if (!isList) values.set(name, value);
      else if (before === undefined) values.set(name, listOf(value, ''));
      else values.set(name, [before, listOf(value, '')].flat());
    }
    return true;
  }

  /** A template whose own expansions do not match would be listed and never found. */
  private assertMatchesItself(text: string, fault: (what: string) => Error): void {
    const required = this.expressions.filter((expression) => !isOptional(expression));
    for (const expressions of [this.expressions, required]) {
      const names = expressions.flatMap(({ variables }) => variables.map(({ name }) => name));
      const uri = new UriTemplate(text).expand(Object.fromEntries(names.map((name) => [name, 'x'])));
      const matches = URL.canParse(uri) && this.match(normalisedUri(new URL(uri).href)) !== undefined;
      if (!matches) throw fault(`does not match "${uri}", which it describes: write it as URLs normalise it`);
    }
  }
}

/** One value is a string, several are a list: the text does not tell a list of one. */
function listOf(text: string, operator: string): string | string[] {
  const separator = operator === '/' || operator === '.' ? operator : ',';
  return text.includes(separator) ? text.split(separator) : text;
}

function isNormalised(prefix: string): boolean {
  const sample = `${prefix}x`;
  return URL.canParse(sample) && normalisedUri(new URL(sample).href).startsWith(sample);
}
