/** The subcommands of an ALTER TABLE, each with the words it is written in; what most rules about tables begin with. */
import type { AlterTableCmd, AlterTableStmt, RangeVar } from '@pgsql/types';
import type { Relation } from '../catalog/catalog.ts';
import { rangeVarKey } from '../catalog/names.ts';
import { isEmpty } from '../catalog/ownChanges.ts';
import { inUse } from '../facts/blocking.ts';
import type { Span } from '../syntax/tokens.ts';
import { columnNeedsEmptyTable } from './breaking/requiredColumn.ts';
import type { RuleContext } from './rule.ts';

export interface TargetTable {
  readonly node: RangeVar | undefined;
  /** `schema.name`, as the catalog keys it. */
  readonly key: string;
  readonly name: string;
  /** As the author wrote it, quotes and schema included. */
  readonly written: string;
  readonly span: Span;
  /** Index of the token behind the name. */
  readonly after: number;
  /** What the files tell of it; undefined when they never mention it. */
  readonly relation: Relation | undefined;
}

export interface AlterCommand {
  readonly command: AlterTableCmd;
  /** `ALTER TABLE [IF EXISTS] [ONLY] name` as written: the beginning of a further statement on the table. */
  readonly head: string;
  /** Token indexes, both inclusive. */
  readonly first: number;
  readonly last: number;
  readonly span: Span;
}

export function targetOf(relation: RangeVar | undefined, context: RuleContext): TargetTable {
  const { tokens, before } = context;
  const key = rangeVarKey(relation, before.session.schema);
  const at = tokens.at(relation?.location ?? 0);
  const after = tokens.afterName(at);
  const span = tokens.span(at, after - 1);
  return {
    node: relation,
    key,
    name: relation?.relname ?? '',
    written: context.text.slice(span.start, span.end),
    span,
    after,
    relation: before.relation(key),
  };
}

/** True when others may be using it: it is not temporary, and this file did not create it. */
export const isInUse = (key: string, context: RuleContext): boolean => inUse(key, context.before);

/** A subcommand with the table that it is about. */
export type TableCommand = AlterCommand & { readonly table: TargetTable };

/** Subcommands of ALTER TABLE; empty for other kinds of relation. */
export function commandsOf(stmt: AlterTableStmt, context: RuleContext): Generator<TableCommand> {
  return stmt.objtype === 'OBJECT_TABLE' ? commands(stmt, targetOf(stmt.relation, context), context) : none();
}

/** Subcommands of ALTER TABLE on a table in use; empty for other kinds of relation and for tables that are not in use. */
export function commandsInUse(stmt: AlterTableStmt, context: RuleContext): Generator<TableCommand> {
  if (stmt.objtype !== 'OBJECT_TABLE') return none();
  const table = targetOf(stmt.relation, context);
  return isInUse(table.key, context) ? commands(stmt, table, context) : none();
}

/**
 * Subcommands of ALTER TABLE on a table in use, where it may have rows: for what takes long when it has many. A statement that
 * fails when the table has a row has a rule of its own.
 */
export function commandsOnRows(stmt: AlterTableStmt, context: RuleContext): Generator<TableCommand> {
  const key = rangeVarKey(stmt.relation, context.before.session.schema);
  return needsEmptyTable(stmt, context) || isEmpty(key, context.before) ? none() : commandsInUse(stmt, context);
}

/** Whether the statement fails when the table has a row. */
export function needsEmptyTable({ cmds = [] }: AlterTableStmt, { before }: RuleContext): boolean {
  return cmds.some((node) => {
    const command = 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
    const def = command?.def && 'ColumnDef' in command.def ? command.def.ColumnDef : undefined;
    return (
      command?.subtype === 'AT_AddColumn' && !command.missing_ok && def && columnNeedsEmptyTable(def, before) === true
    );
  });
}

/** True when others may be using it, and it may have rows. */
export const mayHaveRows = (key: string, context: RuleContext): boolean =>
  isInUse(key, context) && !isEmpty(key, context.before);

function* none(): Generator<never> {}

function* commands(stmt: AlterTableStmt, table: TargetTable, context: RuleContext): Generator<TableCommand> {
  const from = context.tokens.written(table.after) === '*' ? table.after + 1 : table.after;
  const parts = context.tokens.split(from);
  const head = context.text.slice(context.body.start, table.span.end);
  let i = 0;
  for (const node of stmt.cmds ?? []) {
    const part = parts[i++];
    if (!part || !('AlterTableCmd' in node)) continue;
    yield { table, head, command: node.AlterTableCmd, ...part, span: context.tokens.span(part.first, part.last) };
  }
}
