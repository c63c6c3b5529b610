/** The columns that a CREATE TABLE or an ALTER TABLE … ADD COLUMN defines, each with the places of its parts in the text. */
import type { AlterTableStmt, ColumnDef, Constraint, CreateStmt, Node, RangeVar } from '@pgsql/types';
import { type Column, columnOf, type Relation, type TypeName } from '../../catalog/catalog.ts';
import { printType, rangeVarKey, typeNameOf } from '../../catalog/names.ts';
import type { FinalSchema } from '../../catalog/schema.ts';
import { columnFrom, constraintsOf } from '../../catalog/tableElements.ts';
import type { Span, Tokens } from '../../syntax/tokens.ts';
import type { ConclusionContext, RuleContext, RuleDefinition } from '../rule.ts';

export interface DefinedColumn {
  /** Key of its table. */
  readonly table: string;
  /** The table's name as written. */
  readonly writtenTable: string;
  readonly name: string;
  /** As written; `serial4`, not `int4`, for a serial. */
  readonly type: TypeName;
  readonly def: ColumnDef;
  readonly constraints: readonly Constraint[];
  /** The whole definition, from the name to the last constraint. */
  readonly span: Span;
  readonly nameSpan: Span;
  /** The type with its modifiers and array bounds. */
  readonly typeSpan: Span;
}

type Texts = Pick<RuleContext, 'text' | 'tokens'>;

/** Where an element of CREATE TABLE stands: token indexes, both inclusive. */
export interface Element {
  readonly node: Node;
  readonly first: number;
  readonly last: number;
}

/** What stands between the parentheses of a CREATE TABLE, comma by comma; empty where the text and the tree do not agree. */
export function elementsOf(stmt: CreateStmt, { tokens }: Texts): Element[] {
  const list = listOf(stmt, tokens);
  if (!list) return [];
  const parts = tokens.split(list.open + 1, list.close);
  const nodes = stmt.tableElts ?? [];
  if (parts.length !== nodes.length) return [];
  return nodes.map((node, i) => ({ node, ...(parts[i] as { first: number; last: number }) }));
}

/** Token indexes of the parentheses around the elements of a CREATE TABLE. */
export function listOf(stmt: CreateStmt, tokens: Tokens): { readonly open: number; readonly close: number } | null {
  if ((stmt.tableElts ?? []).length === 0) return null;
  const open = tokens.find(['('], tokens.afterName(tokens.at(stmt.relation?.location ?? 0)));
  const close = closing(tokens, open);
  return open < 0 || close < 0 ? null : { open, close };
}

/** Index of the parenthesis or bracket that closes the one at `open`; -1 if none. */
export function closing(tokens: Tokens, open: number): number {
  let depth = 0;
  for (let i = open; i >= 0 && i < tokens.length; i++) {
    const word = tokens.word(i);
    if (word === '(' || word === '[') depth++;
    else if ((word === ')' || word === ']') && --depth === 0) return i;
  }
  return -1;
}

interface Read {
  readonly schema: string;
  readonly columns: readonly DefinedColumn[];
}

/** Many rules ask for the same statement's columns. */
const read = new WeakMap<object, Read>();

/** Of permanent tables; ALTER TABLE counts as far as it adds columns. */
export function definedColumns(
  stmt: CreateStmt | AlterTableStmt,
  context: Texts,
  schema: string,
): readonly DefinedColumn[] {
  const known = read.get(stmt);
  if (known?.schema === schema) return known.columns;
  const columns = [...readColumns(stmt, context, schema)];
  read.set(stmt, { schema, columns });
  return columns;
}

function* readColumns(stmt: CreateStmt | AlterTableStmt, context: Texts, schema: string): Generator<DefinedColumn> {
  const { tokens } = context;
  if (stmt.relation?.relpersistence === 't') return;
  const table = rangeVarKey(stmt.relation, schema);
  const writtenTable = writtenName(stmt.relation, context);
  const elements =
    'cmds' in stmt ? addedColumns(stmt as AlterTableStmt, tokens) : elementsOf(stmt as CreateStmt, context);
  for (const { node, first, last } of elements) {
    if (!('ColumnDef' in node)) continue;
    const def = node.ColumnDef;
    const type = typeNameOf(def.typeName);
    const name = tokens.at(def.location ?? 0);
    const typeAt = tokens.at(def.typeName?.location ?? -1);
    if (!type || name < first || typeAt < name || typeAt > last) continue;
    yield {
      table,
      writtenTable,
      name: def.colname ?? '',
      type,
      def,
      constraints: constraintsOf(def),
      span: tokens.span(name, last),
      nameSpan: tokens.span(name),
      typeSpan: tokens.span(typeAt, endOfType(tokens, typeAt)),
    };
  }
}

export function writtenName(relation: RangeVar | undefined, { tokens, text }: Texts): string {
  const at = tokens.at(relation?.location ?? 0);
  const { start, end } = tokens.span(at, tokens.afterName(at) - 1);
  return text.slice(start, end);
}

function* addedColumns(stmt: AlterTableStmt, tokens: Tokens): Generator<Element> {
  if (stmt.objtype !== 'OBJECT_TABLE') return;
  const after = tokens.afterName(tokens.at(stmt.relation?.location ?? 0));
  const parts = tokens.split(tokens.written(after) === '*' ? after + 1 : after);
  for (const [i, node] of (stmt.cmds ?? []).entries()) {
    const command = 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
    const part = parts[i];
    if (part && command?.subtype === 'AT_AddColumn' && command.def) yield { node: command.def, ...part };
  }
}

/** Index of the last token of the type that begins at token `i`. */
function endOfType(tokens: Tokens, i: number): number {
  const word = tokens.word(i);
  let next = tokens.afterName(i);
  if (word === 'double' || word === 'national') next++;
  if (tokens.word(next) === 'varying') next++;
  if (word === 'interval') while (/^(?:year|month|day|hour|minute|second|to)$/.test(tokens.word(next))) next++;
  if (tokens.word(next) === '(') next = closing(tokens, next) + 1;
  if ((word === 'timestamp' || word === 'time') && /^with(?:out)?$/.test(tokens.word(next))) next += 3;
  if (tokens.word(next) === 'array') next++;
  while (tokens.word(next) === '[') next = closing(tokens, next) + 1;
  return next - 1;
}

/**
 * From the first to the last word of a constraint of the column; of DEFAULT with its expression.
 * @param constraint one of the column's own
 */
export function constraintSpan(column: DefinedColumn, constraint: Constraint, { tokens }: Texts): Span {
  const start = constraint.location ?? 0;
  const starts = [...column.constraints.map((c) => c.location ?? 0), column.def.collClause?.location ?? 0];
  const next = Math.min(...starts.filter((s) => s > start), Number.MAX_SAFE_INTEGER);
  const first = tokens.at(start);
  let last = tokens.at(column.span.end - 1);
  while (last > first && tokens.span(last).start >= next) last--;
  return tokens.span(first, last);
}

/** The constraint of that kind (`CONSTR_DEFAULT`, `CONSTR_NOTNULL` …) written at the column. */
export const constraintAt = (column: DefinedColumn, type: Constraint['contype']): Constraint | undefined =>
  column.constraints.find((c) => c.contype === type);

export interface LastingColumn extends DefinedColumn {
  /** The column and its table at the end of the file. */
  readonly final: Column;
  readonly relation: Relation;
}

/**
 * The conclusions of a rule about new columns: of those that are still there at the end of the file, with the type that
 * they were given. Columns of temporary tables, renamed columns and dropped ones are left out.
 */
export function ofNewColumns(look: (column: LastingColumn, context: ConclusionContext) => void) {
  const conclude = (stmt: CreateStmt | AlterTableStmt, context: ConclusionContext): void => {
    for (const column of lastingColumns(stmt, context)) look(column, context);
  };
  return { CreateStmt: conclude, AlterTableStmt: conclude } satisfies RuleDefinition['conclude'];
}

/** All rules look at a statement one after another, with the same schema behind it. */
const lastRead = new WeakMap<object, { readonly after: FinalSchema; readonly columns: readonly LastingColumn[] }>();

function lastingColumns(stmt: CreateStmt | AlterTableStmt, context: ConclusionContext): readonly LastingColumn[] {
  const { after } = context;
  const known = lastRead.get(stmt);
  if (known?.after === after) return known.columns;
  const columns = definedColumns(stmt, context, context.session.schema).flatMap((column) => {
    const relation = after.relation(column.table);
    const final = columnOf(relation, column.name);
    if (!relation || relation.temporary || !final?.type) return [];
    const type = columnFrom(column.def).type;
    return type && printType(final.type) === printType(type) ? [{ ...column, final, relation }] : [];
  });
  lastRead.set(stmt, { after, columns });
  return columns;
}

/** A type or keyword in the case that the author writes them, as seen in `like`. */
export function inCaseOf(like: string, text: string): string {
  if (like === like.toLowerCase()) return text.toLowerCase();
  return like === like.toUpperCase() ? text.toUpperCase() : text;
}

/** Keywords in the case of the statement's own first word. */
export const keywords = (text: string, { tokens }: Texts): string => inCaseOf(tokens.written(0), text);
