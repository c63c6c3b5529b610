import type { AlterTableStmt, Constraint } from '@pgsql/types';
import { columnOf } from '../../catalog/catalog.ts';
import { nameParts } from '../../catalog/names.ts';
import { constraintsOf, defaultName } from '../../catalog/tableElements.ts';
import { type AlterCommand, commandsOnRows, type TargetTable } from '../alterTable.ts';
import { before, gone, mayAddTransactions, mayFollowUp, quoteIdentifier } from '../edits.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';

const isKey = (constraint: Constraint): boolean =>
  constraint.contype === 'CONSTR_UNIQUE' || constraint.contype === 'CONSTR_PRIMARY';

export default defineRule({
  id: 'unique-constraint-builds-index',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'ADD UNIQUE or ADD PRIMARY KEY without USING INDEX on a table that is in use.',
    why: 'The constraint takes ACCESS EXCLUSIVE and builds its index while it holds it: every read and write waits. CREATE UNIQUE INDEX CONCURRENTLY builds the same index while reads and writes go on, and ADD CONSTRAINT … USING INDEX then takes it over in a moment.',
    fine: 'The table is small. Partitioned tables take no USING INDEX.',
    source:
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);',
      safe: 'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);\nALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;',
    },
    {
      schema: 'CREATE TABLE users (id bigint NOT NULL, email text);',
      unsafe: 'ALTER TABLE users ADD PRIMARY KEY (id);',
      safe: 'CREATE UNIQUE INDEX CONCURRENTLY users_pkey ON users (id);\nALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const item of commandsOnRows(stmt, context)) {
        const def = item.command.def;
        const constraint =
          item.command.subtype === 'AT_AddConstraint' && def && 'Constraint' in def
            ? def.Constraint
            : item.command.subtype === 'AT_AddColumn' && def && 'ColumnDef' in def
              ? constraintsOf(def.ColumnDef).find(isKey)
              : undefined;
        if (!constraint || !isKey(constraint) || constraint.indexname) continue;
        const what = constraint.contype === 'CONSTR_PRIMARY' ? 'primary key' : 'unique constraint';
        context.report(
          item.span,
          `Adding this ${what} blocks reads and writes of ${item.table.written} (ACCESS EXCLUSIVE) while its index is built.`,
          mayAddTransactions(context)
            ? 'Build the index first by CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX.'
            : 'Build the index first by CREATE UNIQUE INDEX CONCURRENTLY in a migration that runs without a transaction, then ADD CONSTRAINT … USING INDEX.',
          item.command.subtype === 'AT_AddConstraint' ? usingIndexFix(stmt, item, constraint, context) : [],
        );
      }
    },
  },
});

/** What the same ALTER TABLE may do that must be done before the index is built: make its columns, free its name. */
const comesFirst = new Set(['AT_AddColumn', 'AT_AlterColumnType', 'AT_DropConstraint', 'AT_DropColumn']);

function usingIndexFix(
  stmt: AlterTableStmt,
  item: AlterCommand & { table: TargetTable },
  constraint: Constraint,
  context: RuleContext,
): Fix[] {
  const { table } = item;
  const columns = nameParts(constraint.keys);
  const primary = constraint.contype === 'CONSTR_PRIMARY';
  const plain =
    !constraint.including &&
    !constraint.options &&
    !constraint.indexspace &&
    !constraint.nulls_not_distinct &&
    !constraint.without_overlaps;
  const follows = mayFollowUp(context, table.node);
  if (!(mayAddTransactions(context) || follows) || !plain || table.relation?.kind === 'partitioned' || stmt.missing_ok)
    return [];
  if (stmt.cmds?.some((c) => 'AlterTableCmd' in c && comesFirst.has(c.AlterTableCmd.subtype ?? ''))) return [];
  // USING INDEX would scan for nulls under its lock
  if (primary && !columns.every((c) => columnOf(table.relation, c)?.notNull)) return [];
  const name = constraint.conname ?? defaultName(primary ? 'primary' : 'unique', table.name, columns);
  const { tokens } = context;
  const open = tokens.find(['('], tokens.findOutside([primary ? 'key' : 'unique'], item.first), item.last + 1);
  const close = open < 0 ? -1 : tokens.find([')'], open, item.last + 1);
  if (name === null || close < 0) return [];
  const list = context.text.slice(tokens.span(open).start, tokens.span(close).end);
  const quoted = quoteIdentifier(name);
  const using = `CONSTRAINT ${quoted} ${primary ? 'PRIMARY KEY' : 'UNIQUE'} USING INDEX ${quoted}`;
  const create = `CREATE UNIQUE INDEX CONCURRENTLY ${quoted} ON ${table.written} ${list}`;
  if (!follows)
    return [
      {
        title: 'Build the index CONCURRENTLY first, then add the constraint USING INDEX',
        safe: true,
        edits: [
          before(context, [create]),
          { start: item.span.start, end: tokens.span(close).end, newText: `${tokens.written(item.first)} ${using}` },
        ],
      },
    ];
  if (stmt.cmds?.length !== 1) return [];
  const rest = context.text.slice(tokens.span(close).end, item.span.end);
  return [
    {
      title: 'Build the index CONCURRENTLY and add the constraint in a migration of its own',
      // until then other statements of the file cannot count on it
      safe: false,
      edits: [gone(context, `The constraint ${name}`)],
      moves: name,
      followUps: [
        {
          name: `build_${name}`,
          statements: [create, `${item.head} ADD ${using}${rest}`],
          undo: [`${item.head} DROP CONSTRAINT ${quoted}`],
          outsideTransaction: true,
        },
      ],
    },
  ];
}
