/** What has to change about `sa.Column(…)` in a call for its columns to be what SQL says that they are to be. */
import type { SyntaxNode } from '@lezer/common';
import type { ColumnDef, Constraint, Node, TypeName } from '@pgsql/types';
import type { TextEdit } from '../../source.ts';
import { stringValue } from '../pythonString.ts';
import { type Argument, argumentsIn, callsWithin, replacing, withKeyword } from './callText.ts';
import { keyOf, type SqlStatement } from './trees.ts';

/** Null where there is nothing to change, or no way to write it. */
export function columnEdits(
  text: string,
  call: SyntaxNode,
  current: readonly SqlStatement[],
  wanted: readonly SqlStatement[],
): readonly TextEdit[] | null {
  const before = columnsIn(current);
  const edits: TextEdit[] = [];
  for (const [name, column] of columnsIn(wanted)) {
    const old = before.get(name);
    if (!old || keyOf(old) === keyOf(column)) continue;
    const place = placeOf(name, call, text);
    const own = place && editsOf(place, old, column, text);
    if (!own) return null;
    edits.push(...own);
  }
  return edits.length === 0 ? null : withImport(text, edits);
}

type Column = Pick<ColumnDef, 'typeName' | 'constraints'>;

/** Of new tables, new columns and changed types. */
function columnsIn(statements: readonly SqlStatement[]): Map<string, Column> {
  const found = new Map<string, Column>();
  const add = (node: Node | undefined, name?: string): void => {
    if (node && 'ColumnDef' in node) found.set(name ?? node.ColumnDef.colname ?? '', node.ColumnDef);
  };
  for (const { node } of statements) {
    if ('CreateStmt' in node) for (const element of node.CreateStmt.tableElts ?? []) add(element);
    if ('AlterTableStmt' in node)
      for (const cmd of node.AlterTableStmt.cmds ?? [])
        if ('AlterTableCmd' in cmd) add(cmd.AlterTableCmd.def, cmd.AlterTableCmd.name);
  }
  return found;
}

interface Place {
  /** `sa.Column(…)`, or the operation that changes a type. */
  readonly call: SyntaxNode;
  readonly type: Argument;
  /** What types are called on: `sa.`. */
  readonly prefix: string;
}

function placeOf(name: string, call: SyntaxNode, text: string): Place | null {
  const columns = callsWithin(call, text).filter((inner) => /(?:^|\.)Column$/.test(calleeOf(inner, text)));
  for (const column of columns) {
    const given = argumentsIn(column, text);
    const [first, second] = given;
    const own = first && first.name === null ? stringValue(text, [first.value])?.text : undefined;
    const prefix = /^\w+\.(?=Column$)/.exec(calleeOf(column, text))?.[0];
    if (own !== name || !second || second.name !== null || prefix === undefined) continue;
    return { call: column, type: second, prefix };
  }
  const type = argumentsIn(call, text).find((a) => a.name === 'type_');
  const prefix = type && /^(?!postgresql\.)\w+\.(?=\w+)/.exec(text.slice(type.value.from, type.value.to))?.[0];
  return type && prefix && columns.length === 0 ? { call, type, prefix } : null;
}

const calleeOf = (call: SyntaxNode, text: string): string =>
  call.firstChild ? text.slice(call.firstChild.from, call.firstChild.to) : '';

function editsOf({ call, type, prefix }: Place, old: Column, wanted: Column, text: string): TextEdit[] | null {
  const edits: TextEdit[] = [];
  const had = constraintsOf(old);
  const has = constraintsOf(wanted);
  const added = has.filter((c) => !had.some((h) => h.contype === c.contype));
  const identity = added.find((c) => c.contype === 'CONSTR_IDENTITY');
  const written = text.slice(type.value.from, type.value.to);
  // what the enum is to be called is no question of types
  if (/\b(?:Enum|ENUM)\(/.test(written)) return null;
  if (keyOf(old.typeName) !== keyOf(wanted.typeName)) {
    const python = wanted.typeName ? pythonType(wanted.typeName, written, prefix) : null;
    if (python === null) return null;
    if (!isSame(python, written)) edits.push(replacing({ start: type.value.from, end: type.value.to }, python));
  }
  if (identity) {
    const always = identity.generated_when === 'a' ? 'always=True' : '';
    edits.push({ from: type.span.end, to: type.span.end, inserted: `, ${prefix}Identity(${always})` });
  }
  if (added.some((c) => c.contype === 'CONSTR_NOTNULL') && !identity) {
    const edit = withKeyword(call, text, 'nullable', 'False');
    if (!edit) return null;
    edits.push(edit);
  }
  return edits;
}

const constraintsOf = ({ constraints = [] }: Column): Constraint[] =>
  constraints.flatMap((c) => ('Constraint' in c ? [c.Constraint] : []));

/** `sa.Integer` and `sa.Integer()`. */
const isSame = (a: string, b: string): boolean => a.replace(/\(\)$/, '') === b.replace(/\(\)$/, '');

/**
 * Null for a type that SQLAlchemy has no plain word for.
 * @param written what stands there so far
 * @param prefix what SQLAlchemy's names are called on: `sa.`
 */
export function pythonType({ names, typmods, arrayBounds }: TypeName, written: string, prefix: string): string | null {
  const last = names?.at(-1);
  const name = last && 'String' in last ? (last.String.sval ?? '') : '';
  const numbers = (typmods ?? []).map((m) =>
    'A_Const' in m && 'ival' in m.A_Const ? String(m.A_Const.ival?.ival ?? 0) : '',
  );
  if (arrayBounds || numbers.includes('')) return null;
  if (name === 'varchar' && numbers.length < 2)
    return `${prefix}String(${numbers.length === 1 ? `length=${numbers[0]}` : ''})`;
  if (name === 'numeric' && numbers.length > 0) return `${prefix}Numeric(${numbers.join(', ')})`;
  if (numbers.length > 0) return null;
  if (name === 'timestamptz')
    return `${prefix}${/\.TIMESTAMP\b/.test(written) ? 'TIMESTAMP' : 'DateTime'}(timezone=True)`;
  if (name === 'jsonb' || name === 'uuid') return `postgresql.${name.toUpperCase()}()`;
  const word = words[name];
  return word === undefined ? null : `${prefix}${word}()`;
}

const words: Readonly<Record<string, string>> = {
  int8: 'BigInteger',
  bigserial: 'BigInteger',
  int4: 'Integer',
  serial: 'Integer',
  int2: 'SmallInteger',
  text: 'Text',
  bool: 'Boolean',
  numeric: 'Numeric',
  date: 'Date',
  timestamp: 'DateTime',
  float8: 'Float',
};

/** Postgres's own types need the module that has them; null where there is no place for the import. */
export function withImport(text: string, edits: readonly TextEdit[]): readonly TextEdit[] | null {
  if (!edits.some((e) => e.inserted.includes('postgresql.'))) return edits;
  if (/^[^\S\r\n]*from\s+sqlalchemy\.dialects\s+import\s+[^\n]*\bpostgresql\b/m.test(text)) return edits;
  const line = /^import sqlalchemy as \w+[^\n]*\n/m.exec(text);
  if (!line) return null;
  const at = line.index + line[0].length;
  const end = line[0].endsWith('\r\n') ? '\r\n' : '\n';
  return [{ from: at, to: at, inserted: `from sqlalchemy.dialects import postgresql${end}` }, ...edits];
}
