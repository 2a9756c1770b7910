/** A parameter of a tool that clients of 2026-07-28 repeat in a header, so that proxies can route by it. */
export interface ParamHeader {
  /** From the arguments down to the parameter. */
  readonly path: readonly string[];
  /** Lower case, as Node hands headers out. */
  readonly header: string;
  readonly type: 'string' | 'integer' | 'boolean';
}

const KEYWORD = 'x-mcp-header';
const PREFIX = 'mcp-param-';
/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Keywords whose values are data; what looks like a schema in there is none. */
const DATA: ReadonlySet<string> = new Set([KEYWORD, 'const', 'default', 'enum', 'examples', 'required']);
/** Keywords that hold schemas by a name that the author chooses. */
const NAMED: ReadonlySet<string> = new Set(['$defs', 'definitions', 'dependentSchemas', 'patternProperties']);

/**
 * The header parameters that an input schema declares.
 * @throws {Error} when a declaration is one that clients would have to reject together with its tool
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
 */
export function paramHeadersOf(tool: string, inputSchema: object): readonly ParamHeader[] {
  const found = declarations(inputSchema, []);
  const seen = new Set<string>();
  return found.map(({ path, name, type }) => {
    const fault = (what: string) => new Error(`${KEYWORD} of tool "${tool}" at "${path.join('.')}" ${what}`);
    if (path.length === 0 || path.includes(UNREACHABLE)) {
      throw fault('stands where no header can follow: only "properties" may lead to it');
    }
    if (typeof name !== 'string' || !TOKEN.test(name)) throw fault('must be a header name (RFC 9110 token)');
    if (!isPrimitive(type)) throw fault('must be on a parameter of type string, integer or boolean');
    const header = PREFIX + name.toLowerCase();
    if (seen.has(header)) throw fault('repeats the name of another one; case does not tell them apart');
    seen.add(header);
    return { path, header, type };
  });
}

interface Declaration {
  readonly path: readonly string[];
  readonly name: unknown;
  readonly type: unknown;
}

/** Stands in a path for whatever is not one property of one object: items, alternatives, conditions, definitions. */
const UNREACHABLE = '*';

function declarations(schema: unknown, path: readonly string[]): Declaration[] {
  if (Array.isArray(schema)) return schema.flatMap((one) => declarations(one, [...path, UNREACHABLE]));
  if (typeof schema !== 'object' || schema === null) return [];
  const entries = Object.entries(schema);
  const own = new Map<string, unknown>(entries);
  const nested = entries.flatMap(([keyword, value]) => {
    if (DATA.has(keyword)) return [];
    if (keyword === 'properties') return byName(value, path);
    if (NAMED.has(keyword)) return byName(value, [...path, UNREACHABLE]);
    return declarations(value, [...path, UNREACHABLE]);
  });
  if (!own.has(KEYWORD)) return nested;
  return [{ path, name: own.get(KEYWORD), type: own.get('type') }, ...nested];
}

const byName = (schemas: unknown, path: readonly string[]): Declaration[] =>
  typeof schemas === 'object' && schemas !== null
    ? Object.entries(schemas).flatMap(([name, schema]) => declarations(schema, [...path, name]))
    : [];

const isPrimitive = (type: unknown): type is ParamHeader['type'] =>
  type === 'string' || type === 'integer' || type === 'boolean';
