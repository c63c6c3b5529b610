import type { Constraint, IndexStmt } from '@pgsql/types';
import { columnOf, type Relation } from '../../catalog/catalog.ts';
import { nameParts, rangeVarKey } from '../../catalog/names.ts';
import { constraintsOf } from '../../catalog/tableElements.ts';
import { distance } from '../../syntax/errors/keywords/distance.ts';
import type { Span } from '../../syntax/tokens.ts';
import { commandsOf, targetOf } from '../alterTable.ts';
import { quoteIdentifier } from '../edits.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';

/** Subcommands that need the column which they name. */
const needing = new Set([
  'AT_DropColumn',
  'AT_ColumnDefault',
  'AT_SetNotNull',
  'AT_DropNotNull',
  'AT_AlterColumnType',
  'AT_AddIdentity',
  'AT_SetIdentity',
  'AT_DropIdentity',
  'AT_SetStatistics',
  'AT_SetStorage',
]);

const systemColumns = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);

export default defineRule({
  id: 'column-does-not-exist',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'ALTER TABLE, RENAME COLUMN, CREATE INDEX or a constraint names a column that the table does not have.',
    why: 'Postgres refuses the statement with "column … does not exist" (42703), and with it the rest of the transaction. Names without double quotes are turned into lower case, those in quotes are taken as they are.',
    fine: 'The files do not show everything that was done to the table; where they do not show its creation, nothing is said.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe: 'ALTER TABLE users ALTER COLUMN mail SET DEFAULT NULL;',
      safe: 'ALTER TABLE users ALTER COLUMN email SET DEFAULT NULL;',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, "createdAt" timestamptz);',
      unsafe: 'CREATE INDEX CONCURRENTLY users_created ON users (createdAt);',
      safe: 'CREATE INDEX CONCURRENTLY users_created ON users ("createdAt");',
    },
    {
      unsafe: 'CREATE TABLE orders (id bigint, user_id bigint, PRIMARY KEY (order_id));',
      safe: 'CREATE TABLE orders (id bigint, user_id bigint, PRIMARY KEY (id));',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      const table = targetOf(stmt.relation, context);
      if (!isWhollyKnown(table.relation)) return;
      const added = new Set<string>();
      for (const { command } of commandsOf(stmt, context)) {
        const def = command.def;
        if (command.subtype === 'AT_AddColumn' && def && 'ColumnDef' in def) added.add(def.ColumnDef.colname ?? '');
      }
      const isThere = (name: string) => added.has(name) || has(table.relation, name);
      for (const { command, span, first, last } of commandsOf(stmt, context)) {
        const def = command.def;
        const between = context.tokens.all.slice(first, last + 1);
        if (command.subtype === 'AT_AddConstraint' && def && 'Constraint' in def) {
          const missing = ownColumns(def.Constraint).find((c) => !isThere(c));
          if (missing !== undefined) report(missing, table.relation, between[0] ? between : [span], context);
        } else if (needing.has(command.subtype ?? '') && command.name && !command.missing_ok && !isThere(command.name))
          report(command.name, table.relation, between[0] ? between : [span], context);
      }
    },
    RenameStmt(stmt, context) {
      if (stmt.renameType !== 'OBJECT_COLUMN') return;
      const table = targetOf(stmt.relation, context);
      const name = stmt.subname ?? '';
      if (!isWhollyKnown(table.relation) || columnOf(table.relation, name)) return;
      report(name, table.relation, context.tokens.all.slice(table.after), context);
    },
    IndexStmt(stmt, context) {
      const table = targetOf(stmt.relation, context);
      if (!isWhollyKnown(table.relation)) return;
      const missing = indexedColumns(stmt).find((c) => !has(table.relation, c));
      if (missing !== undefined) report(missing, table.relation, context.tokens.all.slice(table.after), context);
    },
    CreateStmt(stmt, context) {
      const { before, tokens } = context;
      const elements = stmt.tableElts ?? [];
      if (stmt.ofTypename || (stmt.inhRelations ?? []).length > 0) return;
      if (elements.some((e) => !('ColumnDef' in e || 'Constraint' in e))) return;
      if (stmt.if_not_exists && before.relation(rangeVarKey(stmt.relation, before.session.schema))) return;
      const names = new Set(elements.map((e) => ('ColumnDef' in e ? (e.ColumnDef.colname ?? '') : '')));
      const table = { columns: [...names].map((name) => ({ name })) };
      for (const element of elements) {
        const constraints =
          'Constraint' in element
            ? [element.Constraint]
            : 'ColumnDef' in element
              ? constraintsOf(element.ColumnDef)
              : [];
        for (const constraint of constraints) {
          const missing = ownColumns(constraint).find((c) => !names.has(c) && !systemColumns.has(c));
          if (missing === undefined) continue;
          report(missing, table, tokens.all.slice(tokens.at(constraint.location ?? 0)), context);
        }
      }
    },
  },
});

/** What inherits loses columns with its parents, and keeps some: too much to follow. */
const isWhollyKnown = (relation: Relation | undefined): relation is Relation =>
  relation?.complete === true &&
  relation.inherits.length === 0 &&
  (relation.kind === 'table' || relation.kind === 'partitioned');

const has = (relation: Relation | undefined, name: string): boolean =>
  columnOf(relation, name) !== undefined || systemColumns.has(name);

/** Columns of its own table that a constraint lists. */
const ownColumns = (constraint: Constraint): string[] =>
  constraint.contype === 'CONSTR_FOREIGN'
    ? nameParts(constraint.fk_attrs)
    : [...nameParts(constraint.keys), ...nameParts(constraint.including)];

const indexedColumns = ({ indexParams, indexIncludingParams }: IndexStmt): string[] =>
  [...(indexParams ?? []), ...(indexIncludingParams ?? [])].flatMap((node) =>
    'IndexElem' in node && node.IndexElem.name ? [node.IndexElem.name] : [],
  );

/** @param among where the name is written, if it is: its first place is marked */
function report(
  name: string,
  table: { readonly name?: string; readonly columns: readonly { readonly name: string }[] },
  among: readonly Span[],
  context: RuleContext,
): void {
  const { text } = context;
  const place = among.find(({ start, end }) => identifier(text.slice(start, end)) === name);
  const nearest = table.columns
    .map((column) => ({ column: column.name, far: distance(column.name.toLowerCase(), name.toLowerCase()) }))
    .filter(({ far }) => far <= Math.max(1, Math.floor(name.length / 4)))
    .sort((a, b) => a.far - b.far);
  const [first, second] = nearest;
  const meant = first && (!second || second.far > first.far) ? first.column : null;
  const fixes: Fix[] =
    meant === null || !place
      ? []
      : [
          {
            title: `Change it to ${meant}`,
            safe: false,
            edits: [{ start: place.start, end: place.end, newText: quoteIdentifier(meant) }],
          },
        ];
  context.report(
    place ?? (among[0] as Span),
    `This fails: ${table.name ?? 'the table'} has no column ${name}.`,
    meant === null
      ? `Its columns are ${table.columns.map((c) => c.name).join(', ')}.`
      : meant.toLowerCase() === name.toLowerCase()
        ? `There is ${meant}: Postgres turns names without double quotes into lower case.`
        : `Is ${meant} meant?`,
    fixes,
  );
}

const identifier = (written: string): string =>
  written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
