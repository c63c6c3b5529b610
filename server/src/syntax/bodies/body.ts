/** The text of a routine's body inside the statement that creates it, with the way back to the statement. */
import type { CreateFunctionStmt, DefElem, FunctionParameter, Node, TypeName } from '@pgsql/types';
import type { Statement } from '../statement.ts';
import { Tokens } from '../tokens.ts';
import { type StringValue, stringValue } from './stringValue.ts';

export interface Argument {
  /** As Postgres folds it; null for one without a name. */
  readonly name: string | null;
  /** Parts of the type's name, as written: `['integer']` is stored as `['pg_catalog', 'int4']`. */
  readonly type: readonly string[];
  readonly mode: 'in' | 'out' | 'inout' | 'variadic' | 'table';
}

export interface Routine {
  readonly kind: 'function' | 'procedure' | 'do';
  /** Parts of its name; empty for DO. */
  readonly name: readonly string[];
  readonly arguments: readonly Argument[];
  /** Parts of the result type's name; null for procedures, DO, and functions whose result is that of their OUT arguments. */
  readonly returns: readonly string[] | null;
  readonly returnsSet: boolean;
  /** It returns `trigger` or `event_trigger`. */
  readonly isTrigger: boolean;
}

export interface Body {
  readonly language: 'plpgsql' | 'sql';
  /** What Postgres stores: quotes and escapes are resolved. */
  readonly text: string;
  readonly routine: Routine;
  /** The string constant in the statement's text, quotes included. */
  readonly start: number;
  readonly end: number;
  /** UTF-16 offset in {@link text} → offset in the statement's text. */
  toStatement(offset: number): number;
}

const known = new WeakMap<Statement, readonly Body[]>();
const none: readonly Body[] = [];

/** The PL/pgSQL and SQL bodies that a statement writes as strings; none for other languages and for BEGIN ATOMIC. */
export function bodiesOf(statement: Statement): readonly Body[] {
  if (statement.parsed.kind !== 'tree') return none;
  const { node } = statement.parsed;
  if (!('CreateFunctionStmt' in node || 'DoStmt' in node)) return none;
  let bodies = known.get(statement);
  if (!bodies) {
    const body = readBody(statement, node);
    bodies = body ? [body] : none;
    known.set(statement, bodies);
  }
  return bodies;
}

function readBody(statement: Statement, node: Node): Body | null {
  const created = 'CreateFunctionStmt' in node ? node.CreateFunctionStmt : null;
  const elements = created ? created.options : 'DoStmt' in node ? node.DoStmt.args : [];
  const options = new Map<string, DefElem>();
  for (const element of elements ?? [])
    if ('DefElem' in element) options.set(element.DefElem.defname ?? '', element.DefElem);
  const language = (stringOf(options.get('language')?.arg) ?? (created ? '' : 'plpgsql')).toLowerCase();
  const as = options.get('as');
  if (!as || (language !== 'plpgsql' && language !== 'sql')) return null;
  const written = stringOf(as.arg);
  const value = constantBehind(statement, as.location ?? 0);
  // a body whose place is not certain is not read at all
  if (!value || value.text !== written) return null;
  return {
    language,
    text: value.text,
    routine: created ? routineOf(created) : anonymous,
    start: value.start,
    end: value.end,
    toStatement: value.toSource,
  };
}

const anonymous: Routine = { kind: 'do', name: [], arguments: [], returns: null, returnsSet: false, isTrigger: false };

/** The string constant at `offset`, or right behind the AS there. */
function constantBehind(statement: Statement, offset: number): StringValue | null {
  const tokens = new Tokens(statement.text, offset, statement.bodyEnd);
  return stringValue(statement.text, tokens.all, tokens.word(0) === 'as' ? 1 : 0);
}

/** Of a String node, or of a List of exactly one (two are the object file and symbol of a C function). */
function stringOf(node: Node | undefined): string | null {
  if (!node) return null;
  if ('String' in node) return node.String.sval ?? '';
  if ('List' in node && node.List.items?.length === 1) return stringOf(node.List.items[0]);
  return null;
}

const modes: Readonly<Record<string, Argument['mode']>> = {
  FUNC_PARAM_OUT: 'out',
  FUNC_PARAM_INOUT: 'inout',
  FUNC_PARAM_VARIADIC: 'variadic',
  FUNC_PARAM_TABLE: 'table',
};

/** What a CREATE FUNCTION or CREATE PROCEDURE says of the routine itself. */
export function routineOf(created: CreateFunctionStmt): Routine {
  const parameters = (created.parameters ?? []).flatMap((p) => ('FunctionParameter' in p ? [p.FunctionParameter] : []));
  const returns = created.returnType ? partsOf(created.returnType) : null;
  return {
    kind: created.is_procedure ? 'procedure' : 'function',
    name: strings(created.funcname),
    arguments: parameters.map(argumentOf),
    returns,
    returnsSet: created.returnType?.setof ?? false,
    isTrigger: /^(?:event_)?trigger$/.test(returns?.at(-1) ?? ''),
  };
}

const argumentOf = (p: FunctionParameter): Argument => ({
  name: p.name ?? null,
  type: p.argType ? partsOf(p.argType) : [],
  mode: modes[p.mode ?? ''] ?? 'in',
});

const partsOf = (type: TypeName): readonly string[] => strings(type.names);

const strings = (nodes: readonly Node[] | undefined): readonly string[] =>
  (nodes ?? []).flatMap((n) => ('String' in n ? [n.String.sval ?? ''] : []));
