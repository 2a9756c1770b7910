import { isOptional, isQuery, type TemplateExpression } from './template.expression.js';

/** A template in its parts: a literal, an expression, a literal, and so on. Literals are normalised. */
export interface TemplateParts {
  readonly literals: readonly string[];
  readonly expressions: readonly TemplateExpression[];
}

/**
 * Returns the patterns to try in order. A label is optional, but `{name}{.ext}` must find the extension of "a.b.txt".
 * @returns nothing when a literal or a path expression follows a query or a fragment
 */
export function templatePatterns(parts: TemplateParts): readonly RegExp[] | undefined {
  const optional = templatePattern(parts, false);
  if (optional === undefined) return undefined;
  const required = parts.expressions.some(({ operator }) => operator === '.') && templatePattern(parts, true);
  return required ? [required, optional] : [optional];
}

/**
 * Returns the pattern that matches every expansion: groups `v0`, `v1`, ... for the variables of the path and the
 * fragment, `query` for all query variables together, which may stand in any order.
 */
function templatePattern(
  { literals, expressions }: TemplateParts,
  labelsRequired: boolean,
): RegExp | undefined {
  const firstQuery = expressions.findIndex(isQuery);
  const commas = literals.some((literal) => literal.includes(','));
  const ampersands = expressions.some(({ operator }) => operator === '&');
  let source = `^${escaped(literals[0] ?? '')}`;
  for (const [index, expression] of expressions.entries()) {
    const before = expressions[index - 1];
    if (before?.operator === '#') return undefined;
    if (
      before !== undefined &&
      isQuery(before) &&
      (literals[index] !== '' || !'?&#'.includes(expression.operator || '-'))
    )
      return undefined;
    if (index > 0) source += escaped(literals[index] ?? '');
    if (!isQuery(expression))
      source += pathPattern(expression, index, { commas, ampersands, labelsRequired });
    else if (index === firstQuery) source += queryPattern(expressions.filter(isQuery));
  }
  const last = expressions.at(-1);
  const rest = literals.at(-1) ?? '';
  if (rest !== '' && last !== undefined && (isQuery(last) || last.operator === '#')) return undefined;
  return new RegExp(`${source}${escaped(rest)}$`);
}

interface PatternOptions {
  /** A literal of the template holds a comma, so that no simple value can. */
  readonly commas: boolean;
  /** A query begins with "&" directly behind a value. */
  readonly ampersands: boolean;
  readonly labelsRequired: boolean;
}

function pathPattern(
  { operator, variables }: TemplateExpression,
  index: number,
  options: PatternOptions,
): string {
  const isList = variables.some(({ exploded }) => exploded);
  const simple = character(`/?#${options.ampersands ? '&' : ''}${options.commas && !isList ? ',' : ''}`);
  const group = (pattern: string) => `(?<v${index}>${pattern})`;
  switch (operator) {
    // Lazy: a query behind it belongs to the query's own variables.
    case '+':
      return group(`${character('')}+?`);
    case '#':
      return `(?:#${group(`${character('')}*`)})?`;
    case '.':
      return `(?:\\.${group(`${simple}*`)})${options.labelsRequired ? '' : '?'}`;
    case '/':
      return `(?:/${group(isList ? `${simple}*(?:/${simple}*)*` : `${simple}*`)})?`;
    default:
      return group(`${simple}+`);
  }
}

function queryPattern(expressions: readonly TemplateExpression[]): string {
  const names = expressions.flatMap(({ variables }) => variables.map(({ name }) => escaped(name)));
  const pair = `(?:${names.join('|')})=[^&#?]*`;
  const starts = new Set(expressions.map(({ operator }) => operator));
  return `(?<query>[${[...starts].join('')}]${pair}(?:&${pair})*)?`;
}

/**
 * How often the text does not say where a variable ends. An expression that is absent brings the one before it next
 * to the one behind it.
 */
export function ambiguities({ literals, expressions }: TemplateParts): number {
  const commas = literals.some((literal) => literal.includes(','));
  return expressions.filter((expression, index) => {
    let text = '';
    for (let next = index + 1; next < expressions.length; next += 1) {
      const other = expressions[next];
      if (other === undefined || (isQuery(expression) && isQuery(other))) return false;
      text += literals[next] ?? '';
      if (!endsBefore(expression, text + (isOptional(other) ? other.operator : ''), commas)) return true;
      if (!isOptional(other)) return false;
    }
    return false;
  }).length;
}

/** Whether the value of a variable must end before this text, because it cannot hold all of its characters. */
function endsBefore({ operator, variables }: TemplateExpression, text: string, commas: boolean): boolean {
  const isList = variables.some(({ exploded }) => exploded);
  if (operator === '+') return false;
  if (/[?#&]/.test(text)) return true;
  if (operator === '/' && isList) return false;
  return text.includes('/') || (commas && !isList && text.includes(','));
}

// Of UTF-8 the first byte and all that continue it: a value never ends within a character.
const PERCENT_ENCODED = String.raw`%[\dA-F]{2}(?:%[89AB][\dA-F])*(?!%[89AB][\dA-F])`;

/** One character of a value, percent-encoded or not. */
const character = (excluded: string): string => `(?:[^%${excluded}]|${PERCENT_ENCODED}|%(?![\\dA-F]{2}))`;

const escaped = (literal: string): string => literal.replaceAll(/[\^$.*+?()[\]{}|\\/]/g, String.raw`\$&`);
