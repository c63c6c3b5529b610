/**
 * Which expressions Postgres refuses in an index, as their value may change while the row does not (SQLSTATE 42P17). Only
 * what is refused for certain is told; compared with pg_proc and with refusals of servers in test/postgres/immutability.test.ts.
 */
import type { FuncCall, Node, SQLValueFunctionOp, TypeCast } from '@pgsql/types';
import type { TypeName } from '../catalog/catalog.ts';
import { nameParts, stringOf, typeNameOf } from '../catalog/names.ts';
import type { SchemaReader } from '../catalog/schema.ts';
import { walk } from '../syntax/walk.ts';

/** What the value depends on besides the row. */
export type Dependence = 'clock' | 'time zone' | 'session' | 'randomness' | 'settings' | 'function';

export interface NotImmutable {
  /** As people call it: `now()`, `timestamptz::date`. */
  readonly what: string;
  readonly dependsOn: Dependence;
  readonly node: Node;
}

/**
 * Functions of which no variant with that many arguments is immutable; `any`: none at all. By what they depend on.
 */
export const functions: Readonly<
  Record<string, { readonly arguments: 'any' | number; readonly dependsOn: Dependence }>
> = {
  ...each('clock', 'now clock_timestamp statement_timestamp transaction_timestamp timeofday'),
  age: { arguments: 1, dependsOn: 'clock' },
  ...each('randomness', 'random random_normal gen_random_uuid uuidv4 uuidv7 array_shuffle array_sample'),
  ...each('session', 'nextval currval lastval current_setting current_schema current_database inet_client_addr'),
  ...each('session', 'pg_backend_pid txid_current set_config'),
  ...each('settings', 'concat concat_ws format to_char to_number to_date array_to_string'),
  ...each('settings', 'to_json to_jsonb row_to_json array_to_json json_build_object jsonb_build_object'),
  ...each('settings', 'json_build_array jsonb_build_array make_timestamptz'),
  ...each('time zone', 'jsonb_path_exists_tz jsonb_path_match_tz jsonb_path_query_first_tz jsonb_path_query_array_tz'),
  to_timestamp: { arguments: 2, dependsOn: 'time zone' },
  to_tsvector: { arguments: 1, dependsOn: 'settings' },
  to_tsquery: { arguments: 1, dependsOn: 'settings' },
  plainto_tsquery: { arguments: 1, dependsOn: 'settings' },
  phraseto_tsquery: { arguments: 1, dependsOn: 'settings' },
  websearch_to_tsquery: { arguments: 1, dependsOn: 'settings' },
};

function each(dependsOn: Dependence, names: string): Record<string, { arguments: 'any'; dependsOn: Dependence }> {
  return Object.fromEntries(names.split(' ').map((name) => [name, { arguments: 'any', dependsOn }]));
}

/** Casts of a column (from → to) that are not immutable. */
export const casts: Readonly<Record<string, readonly string[]>> = {
  timestamptz: ['date', 'time', 'timestamp', 'timetz', 'text', 'varchar'],
  timestamp: ['timestamptz', 'text', 'varchar'],
  date: ['timestamptz', 'text', 'varchar'],
  text: ['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval'],
};

/** Functions of one timestamp argument, at that place, that are not immutable for these types of it. */
export const functionsOfTime: Readonly<
  Record<string, { readonly arguments: number; readonly at: number; readonly types: readonly string[] }>
> = {
  date_trunc: { arguments: 2, at: 1, types: ['timestamptz', 'date'] },
  date_part: { arguments: 2, at: 1, types: ['timestamptz'] },
  extract: { arguments: 2, at: 1, types: ['timestamptz'] },
  date: { arguments: 1, at: 0, types: ['timestamptz'] },
};

const clocks: ReadonlySet<SQLValueFunctionOp> = new Set([
  'SVFOP_CURRENT_DATE',
  'SVFOP_CURRENT_TIME',
  'SVFOP_CURRENT_TIME_N',
  'SVFOP_CURRENT_TIMESTAMP',
  'SVFOP_CURRENT_TIMESTAMP_N',
  'SVFOP_LOCALTIME',
  'SVFOP_LOCALTIME_N',
  'SVFOP_LOCALTIMESTAMP',
  'SVFOP_LOCALTIMESTAMP_N',
]);

/**
 * The first part of the expression that makes Postgres refuse it; null when none is known to.
 * @param typeOf types of the table's columns
 */
export function notImmutableIn(
  expression: Node | undefined,
  typeOf: (column: string) => TypeName | null,
  schema: SchemaReader,
): NotImmutable | null {
  let found: NotImmutable | null = null;
  walk(expression, (type, inner) => {
    if (found) return;
    if (type === 'SQLValueFunction') {
      const op = (inner as { op?: SQLValueFunctionOp }).op;
      if (!op) return;
      const clock = clocks.has(op);
      const what = op.replace(/^SVFOP_|_N$/g, '');
      found = { what, dependsOn: clock ? 'clock' : 'session', node: { SQLValueFunction: inner } as Node };
    } else if (type === 'FuncCall') found = ofCall(inner as FuncCall, typeOf, schema);
    else if (type === 'TypeCast') found = ofCast(inner as TypeCast, typeOf, schema);
  });
  return found;
}

type TypeOf = (column: string) => TypeName | null;

function ofCall(call: FuncCall, typeOf: TypeOf, schema: SchemaReader): NotImmutable | null {
  const parts = nameParts(call.funcname);
  const name = parts.at(-1) ?? '';
  const own = parts.length === 1 || parts[0] === 'pg_catalog';
  const args = call.args ?? [];
  const node: Node = { FuncCall: call };
  const declared = schema.functions(name);
  if (parts[0] !== 'pg_catalog' && declared.length > 0) {
    // Postgres puts a short function of language SQL in the place of its call, and then the body's volatility counts
    const refused = declared.every(
      (f) => f.kind === 'function' && f.language !== 'sql' && f.volatility !== 'immutable',
    );
    const shadows = Object.hasOwn(functions, name) || Object.hasOwn(functionsOfTime, name);
    return refused && !shadows ? { what: `${name}()`, dependsOn: 'function', node } : null;
  }
  if (!own) return null;
  const always = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (always && (always.arguments === 'any' || always.arguments === args.length) && !call.func_variadic)
    return { what: `${name}()`, dependsOn: always.dependsOn, node };
  const ofTime = Object.hasOwn(functionsOfTime, name) ? functionsOfTime[name] : undefined;
  if (ofTime && ofTime.arguments === args.length) {
    const type = plainType(columnType(args[ofTime.at], typeOf), schema);
    if (type && ofTime.types.includes(type)) return { what: `${name}() of a ${type}`, dependsOn: 'time zone', node };
  }
  return null;
}

function ofCast(cast: TypeCast, typeOf: TypeOf, schema: SchemaReader): NotImmutable | null {
  const target = typeNameOf(cast.typeName);
  const from = plainType(columnType(cast.arg, typeOf) ?? documentText(cast.arg), schema);
  const to = plainType(target, schema);
  if (!from || !to || !casts[from === 'varchar' ? 'text' : from]?.includes(to)) return null;
  const zone = from === 'timestamptz' || to === 'timestamptz';
  return { what: `${from}::${to}`, dependsOn: zone ? 'time zone' : 'settings', node: { TypeCast: cast } };
}

const plainType = (type: TypeName | null, schema: SchemaReader): string | null =>
  type && type.schema === null && !type.array && !schema.type(`${schema.session.schema}.${type.name}`)
    ? type.name
    : null;

function columnType(node: Node | undefined, typeOf: TypeOf): TypeName | null {
  if (!node || !('ColumnRef' in node)) return null;
  const fields = node.ColumnRef.fields ?? [];
  const name = fields.length === 1 ? stringOf(fields[0]) : null;
  return name === null ? null : typeOf(name);
}

const text: TypeName = { schema: null, name: 'text', modifiers: [], array: false };

/** `document->>'key'` is text. */
function documentText(node: Node | undefined): TypeName | null {
  const operator = node && 'A_Expr' in node ? nameParts(node.A_Expr.name) : [];
  return operator.length === 1 && (operator[0] === '->>' || operator[0] === '#>>') ? text : null;
}
