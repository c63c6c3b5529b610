import { columnOf, type TypeName } from '../../catalog/catalog.ts';
import { rangeVarKey, typeNameOf } from '../../catalog/names.ts';
import { sameValue } from '../../catalog/sameValue.ts';
import { commandsOf, targetOf } from '../alterTable.ts';
import { insertAt } from '../edits.ts';
import { defineRule, type Fix } from '../rule.ts';

/** Every table has these; no column of one's own can be named so (postgresql.org/docs/current/ddl-system-columns.html). */
const systemColumns = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);

const help = 'Choose another name, or leave the statement out if the column is the one that is meant.';

export default defineRule({
  id: 'column-already-exists',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'A column is added, or renamed to a name, that the table already has.',
    why: 'Postgres refuses the statement with "column … already exists" (42701), and with it the rest of the transaction. The names of the system columns (ctid, xmin …) are taken in every table.',
    fine: 'Never, where the files tell the whole history of the table.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-COLUMN',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe: 'ALTER TABLE users ADD COLUMN email text;',
      safe: 'ALTER TABLE users ADD COLUMN IF NOT EXISTS email text;',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text, mail text);',
      unsafe: 'ALTER TABLE users RENAME COLUMN mail TO email;',
      safe: 'ALTER TABLE users RENAME COLUMN mail TO second_email;',
    },
    {
      unsafe: 'CREATE TABLE users (id bigint PRIMARY KEY, name text, name text);',
      safe: 'CREATE TABLE users (id bigint PRIMARY KEY, name text, nickname text);',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      // columns are dropped before others are added, in whatever order they are written
      const dropped = new Set<string>();
      for (const { command } of commandsOf(stmt, context))
        if (command.subtype === 'AT_DropColumn') dropped.add(command.name ?? '');
      const added = new Map<string, TypeName | null>();
      for (const { command, table, span, first } of commandsOf(stmt, context)) {
        const def = command.def;
        if (command.subtype !== 'AT_AddColumn' || !def || !('ColumnDef' in def)) continue;
        const name = def.ColumnDef.colname ?? '';
        if (stmt.missing_ok && !table.relation) return;
        if (systemColumns.has(name)) {
          context.report(span, `This fails: ${name} is a system column of every table.`, 'Choose another name.');
          continue;
        }
        if (command.missing_ok) continue;
        const there = dropped.has(name) ? undefined : columnOf(table.relation, name);
        const type = typeNameOf(def.ColumnDef.typeName);
        if (there || added.has(name)) {
          const { tokens } = context;
          const at = tokens.word(first + 1) === 'column' ? first + 1 : first;
          const fixes: Fix[] =
            there && sameValue(there.type, type)
              ? [
                  {
                    title: 'Add it only IF NOT EXISTS',
                    safe: false,
                    edits: [insertAt(tokens.span(at).end, `${at === first ? ' COLUMN' : ''} IF NOT EXISTS`)],
                  },
                ]
              : [];
          context.report(span, `This fails: ${table.written} already has a column ${name}.`, help, fixes);
        }
        added.set(name, type);
      }
    },
    RenameStmt(stmt, context) {
      if (stmt.renameType !== 'OBJECT_COLUMN') return;
      const table = targetOf(stmt.relation, context);
      const name = stmt.newname ?? '';
      if (!columnOf(table.relation, name)) return;
      const { tokens } = context;
      context.report(
        tokens.span(table.after, tokens.length - 1),
        `This fails: ${table.written} already has a column ${name}.`,
        help,
      );
    },
    CreateStmt(stmt, context) {
      if (stmt.ofTypename || stmt.partbound) return;
      if (stmt.if_not_exists && context.before.relation(rangeVarKey(stmt.relation, context.before.session.schema)))
        return;
      const seen = new Set<string>();
      for (const element of stmt.tableElts ?? []) {
        if (!('ColumnDef' in element)) continue;
        const { colname: name = '', location = 0 } = element.ColumnDef;
        const span = context.tokens.span(context.tokens.at(location));
        if (seen.has(name))
          context.report(span, `This fails: the table has two columns of the name ${name}.`, 'Choose another name.');
        else if (systemColumns.has(name))
          context.report(span, `This fails: ${name} is a system column of every table.`, 'Choose another name.');
        seen.add(name);
      }
    },
  },
});
