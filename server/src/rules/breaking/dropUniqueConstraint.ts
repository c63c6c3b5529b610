import { constraintOf, type Relation } from '../../catalog/catalog.ts';
import { commandsInUse } from '../alterTable.ts';
import { defineRule, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'drop-unique-constraint',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'DROP CONSTRAINT of a unique constraint or primary key, with no other unique index on its columns.',
    why: 'Its index goes with it: INSERT … ON CONFLICT on those columns fails from then on ("there is no unique or exclusion constraint matching the ON CONFLICT specification", 42P10), duplicates get in, and queries that looked rows up by it read the whole table.',
    fine: 'No running code uses ON CONFLICT on the columns, and duplicates are welcome; or the same migration adds another key on them.',
    source: 'https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE);',
      unsafe: 'ALTER TABLE users DROP CONSTRAINT users_email_key;',
      safe: 'CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email);\nALTER TABLE users DROP CONSTRAINT users_email_key;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { command, table, span } of commandsInUse(stmt, context)) {
        if (command.subtype !== 'AT_DropConstraint' || !table.relation) continue;
        const constraint = constraintOf(table.relation, command.name ?? '');
        if (constraint?.kind !== 'unique' && constraint?.kind !== 'primary') continue;
        // replaced in the same statement
        if (stmt.cmds?.some((c) => 'AlterTableCmd' in c && c.AlterTableCmd.subtype === 'AT_AddConstraint')) continue;
        if (hasOtherKey(table.relation, constraint.columns, constraint.name, context)) continue;
        const takes = staysUnique(table.relation, constraint.columns, constraint.name, context)
          ? ''
          : `, and ${table.written} takes duplicates`;
        const what = constraint.kind === 'primary' ? 'primary key' : 'unique constraint';
        context.report(
          span,
          `Without this ${what}, INSERT … ON CONFLICT (${constraint.columns.join(', ')}) is refused${takes}.`,
          'Release code that does without it first; or create another unique index on the columns before.',
        );
      }
    },
  },
});

/** Another unique index on the same columns, of the whole table. */
const hasOtherKey = (relation: Relation, columns: readonly string[], name: string | null, context: RuleContext) =>
  otherKeys(relation, name, context).some(
    (key) => key.length === columns.length && key.every((c) => columns.includes(c)),
  );

/** Another unique index on some of the columns: then all of them together are unique as well. */
const staysUnique = (relation: Relation, columns: readonly string[], name: string | null, context: RuleContext) =>
  otherKeys(relation, name, context).some((key) => key.every((c) => columns.includes(c)));

/** Columns of each other unique index of the whole table. */
function otherKeys(relation: Relation, name: string | null, { before }: RuleContext): string[][] {
  return relation.indexes.flatMap((key) => {
    const index = before.relation(key)?.index;
    if (!index?.unique || index.constraint === name || index.where !== null) return [];
    const columns = index.keys.map((k) => k.column);
    return columns.every((c) => c !== null) ? [columns] : [];
  });
}
