import { UriTemplate } from '@modelcontextprotocol/server';

/** Longer ones are refused unread: what a match costs grows with the square of the length. */
export const MAX_URI_LENGTH = 2048;

type Variables = Readonly<Record<string, string | string[]>>;

interface Expression {
  readonly operator: string;
  readonly names: readonly string[];
  readonly exploded: boolean;
}

// RFC 6570 section 2; the prefix modifier and the operators of other levels cannot be matched.
const EXPRESSION = /^([+#./?&]?)([A-Za-z_][A-Za-z0-9_.]*\*?(?:,[A-Za-z_][A-Za-z0-9_.]*)*)$/;

/**
 * A URI template that can be matched in bounded time. The SDK matches with a regular expression that backtracks: two
 * variables that may share their characters in many ways cost the square of the length, three its cube.
 * @throws {Error} where the template is not RFC 6570 as far as it can be matched, or would cost more than the square
 */
export class MatchableTemplate {
  /** The variables, as they are named in the template. */
  readonly names: readonly string[];
  private readonly prefix: string;
  private readonly template: UriTemplate;

  constructor(text: string) {
    const fault = (what: string) => new Error(`The URI template "${text.slice(0, 100)}" ${what}`);
    if (text.length > MAX_URI_LENGTH) throw fault(`is longer than ${MAX_URI_LENGTH} characters`);
    const [prefix = '', ...rest] = text.split(/\{([^{}]*)\}/);
    // Every second part is an expression, the others stand between them.
    const expressions = rest.filter((_part, index) => index % 2 === 0).map(parseExpression);
    const between = rest.filter((_part, index) => index % 2 === 1);
    if (expressions.length === 0) throw fault('has no variable: make it a resource');
    if (
      !expressions.every((expression) => expression !== undefined) ||
      /[{}]/.test(prefix + between.join(''))
    ) {
      throw fault('has an expression that cannot be matched');
    }
    this.names = expressions.flatMap(({ names }) => names);
    if (new Set(this.names).size < this.names.length) throw fault('names a variable twice');
    if (!isNormalised(prefix)) throw fault('must begin with a scheme, written as URLs normalise it');
    if (ambiguities(expressions, between) > 1) {
      throw fault('can be matched in too many ways: keep its variables apart with "/"');
    }
    this.prefix = prefix;
    this.template = new UriTemplate(text);
  }

  /** How much of a URI the template fixes before its first variable. */
  get fixedLength(): number {
    return this.prefix.length;
  }

  /** @param uri as `URL` writes it, so that dot segments cannot climb out of the prefix */
  match(uri: string): Variables | undefined {
    // Cheaper than the expression, so that a call does not cost more when there are many templates.
    if (uri.length > MAX_URI_LENGTH || !uri.startsWith(this.prefix)) return undefined;
    return this.template.match(uri) ?? undefined;
  }
}

function parseExpression(text: string): Expression | undefined {
  const [, operator = '', list = ''] = EXPRESSION.exec(text) ?? [];
  if (list === '') return undefined;
  const names = list.replace('*', '').split(',');
  // Outside a query, several variables of one expression cannot be told apart.
  if (names.length > 1 && operator !== '?' && operator !== '&') return undefined;
  return { operator, names, exploded: list.includes('*') };
}

/** How often one variable ends where the text alone does not say it ends. */
function ambiguities(expressions: readonly Expression[], between: readonly string[]): number {
  return expressions.slice(1).filter(({ operator }, index) => {
    const before = expressions[index];
    // The operators that stand in the URI themselves.
    const separator = `${between[index] ?? ''}${'./?&'.includes(operator) ? operator : ''}`;
    return before !== undefined && !endsBefore(before, separator);
  }).length;
}

/** Whether the value of a variable must end before this text, because it cannot hold all of its characters. */
function endsBefore({ operator, exploded }: Expression, text: string): boolean {
  if (operator === '+' || operator === '#') return false;
  if (operator === '?' || operator === '&') return text.includes('&');
  return text.includes('/') || (!exploded && text.includes(','));
}

function isNormalised(prefix: string): boolean {
  const sample = `${prefix}x`;
  return URL.canParse(sample) && new URL(sample).href.startsWith(sample);
}
