/** Functions, procedures and aggregates: CREATE, ALTER, DROP. */
import type {
  AlterFunctionStmt,
  CreateFunctionStmt,
  DefineStmt,
  FunctionParameter,
  Node,
  ObjectWithArgs,
  RangeVar,
} from '@pgsql/types';
import { walk } from '../syntax/walk.ts';
import type { TypeName, Volatility } from './catalog.ts';
import { withoutPositions } from './expressions.ts';
import { moveTriggersOf, removeUsers } from './functionUsers.ts';
import { nameParts, rangeVarKey, stringOf, typeNameOf } from './names.ts';
import type { FunctionArgument, FunctionDefinition } from './objects.ts';
import { change, withDependent } from './relations.ts';
import { sameValue } from './sameValue.ts';
import type { SchemaWriter } from './schema.ts';

const modes: Readonly<Record<string, FunctionArgument['mode']>> = {
  FUNC_PARAM_OUT: 'out',
  FUNC_PARAM_INOUT: 'inout',
  FUNC_PARAM_VARIADIC: 'variadic',
  FUNC_PARAM_TABLE: 'table',
};

const argumentOf = ({ name, mode, argType, defexpr }: FunctionParameter): FunctionArgument => ({
  name: name ?? null,
  mode: modes[mode ?? ''] ?? 'in',
  type: typeNameOf(argType),
  hasDefault: defexpr !== undefined,
  default: defexpr ? withoutPositions(defexpr) : null,
});

const argumentsOf = (nodes: readonly Node[] | undefined): FunctionArgument[] =>
  (nodes ?? []).flatMap((node) => ('FunctionParameter' in node ? [argumentOf(node.FunctionParameter)] : []));

export function applyCreateFunction(schema: SchemaWriter, stmt: CreateFunctionStmt): void {
  const parts = nameParts(stmt.funcname);
  const name = parts.at(-1) ?? '';
  const definition = withActions(
    {
      schema: parts.at(-2) ?? schema.session.schema,
      name,
      kind: stmt.is_procedure ? 'procedure' : 'function',
      arguments: argumentsOf(stmt.parameters),
      returns: typeNameOf(stmt.returnType),
      returnsSet: stmt.returnType?.setof ?? false,
      language: 'sql',
      volatility: 'volatile',
      strict: false,
      securityDefiner: false,
      settings: [],
      body: null,
      options: [],
      tree: stmt.sql_body ? withoutPositions(stmt.sql_body) : null,
    },
    stmt.options,
  );
  put(schema, definition);
  walk(stmt.sql_body, (type, node) => {
    if (type === 'RangeVar')
      change(schema, rangeVarKey(node as RangeVar, schema.session.schema), (r) =>
        withDependent(r, { kind: 'function', name: `${definition.schema}.${name}`, columns: null }),
      );
  });
}

export function applyCreateAggregate(schema: SchemaWriter, stmt: DefineStmt): void {
  const parts = nameParts(stmt.defnames);
  const listed = stmt.args?.[0];
  put(schema, {
    schema: parts.at(-2) ?? schema.session.schema,
    name: parts.at(-1) ?? '',
    kind: 'aggregate',
    arguments: argumentsOf(listed && 'List' in listed ? listed.List.items : []),
    returns: null,
    returnsSet: false,
    language: 'internal',
    volatility: 'immutable',
    strict: false,
    securityDefiner: false,
    settings: [],
    body: null,
    options: [],
    tree: withoutPositions({ DefineStmt: stmt }),
  });
}

/** What CREATE FUNCTION and ALTER FUNCTION say behind the signature. */
function withActions(definition: FunctionDefinition, nodes: readonly Node[] | undefined): FunctionDefinition {
  let changed = definition;
  for (const node of nodes ?? []) {
    if (!('DefElem' in node)) continue;
    const { defname, arg } = node.DefElem;
    const text = stringOf(arg);
    const flag = arg !== undefined && 'Boolean' in arg && arg.Boolean.boolval === true;
    switch (defname) {
      case 'language':
        changed = { ...changed, language: text?.toLowerCase() ?? '' };
        break;
      case 'volatility':
        changed = { ...changed, volatility: (text ?? 'volatile') as Volatility };
        break;
      case 'strict':
        changed = { ...changed, strict: flag };
        break;
      case 'security':
        changed = { ...changed, securityDefiner: flag };
        break;
      case 'set':
        changed = withSetting({ ...changed, options: [...changed.options, withoutPositions(node)] }, arg);
        break;
      case 'as': {
        const items = arg && 'List' in arg ? nameParts(arg.List.items) : [];
        changed = { ...changed, body: items.length === 1 ? (items[0] as string) : null };
        break;
      }
      default:
        changed = {
          ...changed,
          options: [
            ...changed.options.filter((o) => !('DefElem' in o) || o.DefElem.defname !== defname),
            withoutPositions(node),
          ],
        };
    }
  }
  if (changed.language !== 'c' && changed.language !== 'internal') return changed;
  const source = (nodes ?? []).filter((node) => 'DefElem' in node && node.DefElem.defname === 'as');
  return { ...changed, body: null, options: [...changed.options, ...source.map(withoutPositions)] };
}

function withSetting(definition: FunctionDefinition, arg: Node | undefined): FunctionDefinition {
  if (!arg || !('VariableSetStmt' in arg)) return definition;
  const { kind, name = '' } = arg.VariableSetStmt;
  if (kind === 'VAR_RESET_ALL') return { ...definition, settings: [] };
  const others = definition.settings.filter((s) => s !== name);
  return { ...definition, settings: kind === 'VAR_RESET' ? others : [...others, name] };
}

function put(schema: SchemaWriter, definition: FunctionDefinition): void {
  const signature = inputTypes(definition);
  const others = schema
    .functions(definition.name)
    .filter((f) => f.schema !== definition.schema || !sameTypes(inputTypes(f), signature));
  set(schema, definition.name, [...others, definition]);
}

const inputTypes = (f: FunctionDefinition): (TypeName | null)[] =>
  f.arguments.flatMap((a) => (a.mode === 'out' || a.mode === 'table' ? [] : [a.type]));

/** Types of arguments have no modifiers. */
const sameTypes = (a: readonly (TypeName | null)[], b: readonly (TypeName | null)[]): boolean =>
  a.length === b.length &&
  a.every((type, i) => {
    const other = b[i];
    return type !== null && other != null && type.name === other.name && type.array === other.array;
  });

const promises: readonly Volatility[] = ['immutable', 'stable', 'volatile'];

function set(schema: SchemaWriter, name: string, functions: readonly FunctionDefinition[]): void {
  if (sameValue(schema.functions(name), functions)) return;
  schema.setFunctions(name, functions);
  let weakest = -1;
  for (const { volatility, language, kind } of functions) {
    // Postgres puts the body of a short SQL function in the place of its call, and then the body's volatility counts
    if (kind !== 'function' || (volatility === 'volatile' && language === 'sql')) continue;
    weakest = Math.max(weakest, promises.indexOf(volatility));
  }
  const volatility = promises[weakest];
  if (volatility && volatility !== schema.volatilityOf(name)) schema.setVolatility(name, volatility);
}

/** Those that a statement names: by their arguments, or by the bare name. */
function isMeant(schema: SchemaWriter, named: ObjectWithArgs): (f: FunctionDefinition) => boolean {
  const parts = nameParts(named.objname);
  const namespace = parts.at(-2) ?? schema.session.schema;
  const types = (named.objargs ?? []).map((node) => ('TypeName' in node ? typeNameOf(node.TypeName) : null));
  return (f) =>
    f.schema === namespace &&
    f.name === parts.at(-1) &&
    (named.args_unspecified === true || sameTypes(inputTypes(f), types));
}

const bareName = (named: ObjectWithArgs): string => nameParts(named.objname).at(-1) ?? '';

export function applyAlterFunction(schema: SchemaWriter, stmt: AlterFunctionStmt): void {
  if (!stmt.func) return;
  const meant = isMeant(schema, stmt.func);
  const name = bareName(stmt.func);
  set(
    schema,
    name,
    schema.functions(name).map((f) => (meant(f) ? withActions(f, stmt.actions) : f)),
  );
}

export function dropFunction(schema: SchemaWriter, named: ObjectWithArgs, cascade: boolean): void {
  const meant = isMeant(schema, named);
  const name = bareName(named);
  const known = schema.functions(name);
  set(
    schema,
    name,
    known.filter((f) => !meant(f)),
  );
  if (cascade) removeUsers(schema, name, known.filter(meant));
}

export function moveFunction(
  schema: SchemaWriter,
  named: ObjectWithArgs,
  toSchema: string | null,
  toName: string | null,
): void {
  const meant = isMeant(schema, named);
  const name = bareName(named);
  const moved = schema.functions(name).filter(meant);
  set(
    schema,
    name,
    schema.functions(name).filter((f) => !meant(f)),
  );
  for (const f of moved) {
    const there = { ...f, schema: toSchema ?? f.schema, name: toName ?? f.name };
    put(schema, there);
    moveTriggersOf(schema, f, there);
  }
}

/** With the schema that they are in. */
export function moveFunctions(schema: SchemaWriter, name: string, from: string, to: string): void {
  set(
    schema,
    name,
    schema.functions(name).map((f) => (f.schema === from ? { ...f, schema: to } : f)),
  );
}
