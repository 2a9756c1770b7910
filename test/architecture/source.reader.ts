import ts from 'typescript';

export interface Import {
  readonly specifier: string;
  /** Erased by the compiler, so nothing is loaded. */
  readonly typeOnly: boolean;
  /** `import()`: loaded when it is reached. */
  readonly dynamic: boolean;
}

/** What a file does that a room may be alone in doing. */
export type Deed = 'reads process.env' | 'writes WWW-Authenticate' | 'calls fetch';

export interface SourceFile {
  readonly imports: readonly Import[];
  readonly deeds: ReadonlySet<Deed>;
  readonly lines: number;
}

const HEADER_WRITERS = new Set([
  'set',
  'header',
  'setHeader',
  'append',
  'appendHeader',
  'Header',
  'writeHead',
]);

/** Reads a file as the compiler does: comments and strings that look like code are neither. */
export function readSource(path: string, text: string): SourceFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const imports: Import[] = [];
  const deeds = new Set<Deed>();
  const visit = (node: ts.Node): void => {
    const found = importOf(node);
    if (found !== undefined) imports.push(found);
    const deed = deedOf(node);
    if (deed !== undefined) deeds.add(deed);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { imports, deeds, lines: text.replace(/\n$/, '').split('\n').length };
}

function importOf(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node)) {
    return {
      specifier: textOf(node.moduleSpecifier),
      typeOnly: isTypeOnly(node.importClause),
      dynamic: false,
    };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    const named = node.exportClause;
    const typeOnly =
      node.isTypeOnly || (named !== undefined && ts.isNamedExports(named) && allTypes(named.elements));
    return { specifier: textOf(node.moduleSpecifier), typeOnly, dynamic: false };
  }
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
    return { specifier: textOf(node.moduleReference.expression), typeOnly: node.isTypeOnly, dynamic: false };
  }
  // `typeof import('x')` and `import('x').Y`
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return { specifier: textOf(node.argument.literal), typeOnly: true, dynamic: false };
  }
  const isLoad =
    ts.isCallExpression(node) &&
    (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require');
  return isLoad ? { specifier: textOf(node.arguments[0]), typeOnly: false, dynamic: true } : undefined;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  // `import 'x'` runs x.
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = clause;
  return (
    name === undefined &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    allTypes(namedBindings.elements)
  );
}

const allTypes = (elements: readonly { readonly isTypeOnly: boolean }[]): boolean =>
  elements.length > 0 && elements.every(({ isTypeOnly }) => isTypeOnly);

function deedOf(node: ts.Node): Deed | undefined {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    const member = ts.isPropertyAccessExpression(node) ? node.name.text : textOf(node.argumentExpression);
    if (node.expression.getText() === 'process' && member === 'env') return 'reads process.env';
    if (isChallengeHeader(member) && isAssigned(node)) return 'writes WWW-Authenticate';
  }
  // const { env } = process; import { env } from 'node:process'
  if (ts.isVariableDeclaration(node) && node.initializer?.getText() === 'process') return 'reads process.env';
  if (ts.isImportDeclaration(node) && /^(node:)?process$/.test(textOf(node.moduleSpecifier))) {
    return 'reads process.env';
  }
  if (ts.isPropertyAssignment(node) && isChallengeHeader(nameOf(node.name))) return 'writes WWW-Authenticate';
  if (!ts.isCallExpression(node)) return undefined;
  const callee = ts.isPropertyAccessExpression(node.expression)
    ? node.expression.name.text
    : node.expression.getText();
  if (/^(globalThis\.)?fetch$/.test(node.expression.getText())) return 'calls fetch';
  const writes = HEADER_WRITERS.has(callee) && node.arguments.some((one) => isChallengeHeader(textOf(one)));
  return writes ? 'writes WWW-Authenticate' : undefined;
}

const isAssigned = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node.parent) &&
  node.parent.left === node &&
  node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;

const isChallengeHeader = (name: string): boolean => name.toLowerCase() === 'www-authenticate';

const nameOf = (name: ts.PropertyName): string => (ts.isIdentifier(name) ? name.text : textOf(name));

/** The value of a string literal. Anything else, such as a computed specifier, cannot be judged: it counts as none. */
const textOf = (node: ts.Node | undefined): string =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : '';
