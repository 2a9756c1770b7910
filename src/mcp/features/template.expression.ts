/** An expression of a URI template. RFC 6570 section 2.2. */
export interface TemplateExpression {
  readonly operator: string;
  readonly variables: readonly TemplateVariable[];
}

export interface TemplateVariable {
  readonly name: string;
  /** `{ids*}`: a list, each of its values written by itself. */
  readonly exploded: boolean;
}

// RFC 6570 section 2; the prefix modifier and the operator ";" cannot be expanded by the SDK's clients.
const EXPRESSION = /^([+#./?&]?)([A-Za-z_][\w.]*\*?(?:,[A-Za-z_][\w.]*\*?)*)$/;

/** @returns nothing for an expression whose expansions cannot be matched */
export function parseExpression(text: string): TemplateExpression | undefined {
  const [, operator = '', list = ''] = EXPRESSION.exec(text) ?? [];
  if (list === '') return undefined;
  const variables = list.split(',').map((variable) => ({
    name: variable.replace('*', ''),
    exploded: variable.endsWith('*'),
  }));
  // Outside a query an expansion does not say which of several variables a value belongs to.
  return variables.length > 1 && !isQuery({ operator }) ? undefined : { operator, variables };
}

export const isQuery = ({ operator }: Pick<TemplateExpression, 'operator'>): boolean =>
  operator === '?' || operator === '&';

/** An expression that expands to nothing when its variables have no value. */
export const isOptional = ({ operator }: TemplateExpression): boolean =>
  '#./?&'.includes(operator) && operator !== '';
