import type { CollateClause, TypeName as TypeNode } from '@pgsql/types';
import { columnOf, type Relation } from '../../catalog/catalog.ts';
import { nameParts, typeNameOf } from '../../catalog/names.ts';
import { typeChange } from '../../facts/typeChange.ts';
import { commandsOnRows } from '../alterTable.ts';
import { defineRule, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'collation-change-rebuilds-index',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'ALTER COLUMN … TYPE that gives an indexed column another collation.',
    why: 'The order of an index depends on the collation. ALTER COLUMN … TYPE gives the column the collation that is written, or else the type\'s own: when that is another one than before, the table stays as it is, but each index over the column is built anew under ACCESS EXCLUSIVE, and every read and write waits. So `TYPE text` of a column that was created with COLLATE "C" rebuilds its indexes.',
    fine: 'The table is small.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE INDEX users_email_idx ON users (email);',
      unsafe: 'ALTER TABLE users ALTER COLUMN email TYPE text COLLATE "C";',
      safe: 'CREATE INDEX CONCURRENTLY users_email_c_idx ON users (email COLLATE "C");',
    },
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY, email varchar(50) COLLATE "C");\nCREATE INDEX users_email_idx ON users (email);',
      unsafe: 'ALTER TABLE users ALTER COLUMN email TYPE text;',
      safe: 'ALTER TABLE users ALTER COLUMN email TYPE text COLLATE "C";',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { command, table, span } of commandsOnRows(stmt, context)) {
        const def = command.def && 'ColumnDef' in command.def ? command.def.ColumnDef : undefined;
        const column = columnOf(table.relation, command.name ?? '');
        if (command.subtype !== 'AT_AlterColumnType' || !def || !column?.type || !table.relation?.complete) continue;
        const from = column.collation;
        const to = writtenCollation(def);
        if (
          from === to ||
          !isText(def.typeName) ||
          typeChange(column.type, typeNameOf(def.typeName) ?? column.type) !== 'free'
        )
          continue;
        const names = indexesOver(column.name, table.relation, context);
        if (names.length === 0) continue;
        context.report(
          span,
          `The collation of ${column.name} changes from ${from ?? "the type's own"} to ${to ?? "the type's own"}: ${names.join(', ')} is built anew with reads and writes of ${table.written} blocked (ACCESS EXCLUSIVE).`,
          to === null
            ? `Write COLLATE ${from} to keep the collation.`
            : 'Build a second index with that collation CONCURRENTLY, and write COLLATE where the queries need it.',
        );
      }
    },
  },
});

const writtenCollation = ({ collClause }: { readonly collClause?: CollateClause }): string | null =>
  collClause ? (nameParts(collClause.collname).at(-1) ?? null) : null;

/** The types of which another collation alone is written here with certainty. */
const isText = (type: TypeNode | undefined): boolean =>
  ['text', 'varchar', 'bpchar'].includes(nameParts(type?.names).at(-1) ?? '');

/** Names of the indexes by themselves that order the column by its own collation. */
function indexesOver(column: string, table: Relation, context: RuleContext): string[] {
  return table.indexes.flatMap((key) => {
    const relation = context.before.relation(key);
    const uses = relation?.index?.keys.some((k) => k.column === column && k.collation === null);
    return relation && uses ? [relation.name] : [];
  });
}
