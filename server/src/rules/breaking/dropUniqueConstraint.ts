import { columnOf, constraintOf, type Relation, relationKey } from '../../catalog/catalog.ts';
import { type ConclusionContext, defineRule } from '../rule.ts';
import { commandsAtEnd } from './commandsAtEnd.ts';

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
  conclude: {
    AlterTableStmt(stmt, context) {
      for (const { command, relation, span, written } of commandsAtEnd(stmt, context)) {
        if (command.subtype !== 'AT_DropConstraint') continue;
        const constraint = droppedConstraint(command.name ?? '', relation, context);
        if (constraint?.kind !== 'unique' && constraint?.kind !== 'primary') continue;
        const keys = uniqueKeys(relation, context);
        const { columns } = constraint;
        // drop-column tells of that
        if (columns.some((name) => relation.complete && !columnOf(relation, name))) continue;
        // a later statement may have made another one
        if (!keys || keys.some((key) => key.length === columns.length && key.every((c) => columns.includes(c))))
          continue;
        // unique in some of the columns is unique in all of them
        const takes = keys.some((key) => key.every((c) => columns.includes(c)))
          ? ''
          : `, and ${written} takes duplicates`;
        const what = constraint.kind === 'primary' ? 'primary key' : 'unique constraint';
        context.report(
          span,
          `Without this ${what}, INSERT … ON CONFLICT (${columns.join(', ')}) is refused${takes}.`,
          'Release code that does without it first; or create another unique index on the columns before.',
        );
      }
    },
  },
});

/** As it was just before this statement. */
function droppedConstraint(name: string, { schema, name: table }: Relation, { after }: ConclusionContext) {
  const key = relationKey(schema, table);
  const [own, earlier] = after.versionsOf(key).filter(({ isLater }) => !isLater);
  const before = earlier ? earlier.relation : after.relationBeforeRow(key);
  return own?.relation && before && !constraintOf(own.relation, name) ? constraintOf(before, name) : undefined;
}

/** The columns of each unique index of the whole table; null where one of them is not known. */
function uniqueKeys(relation: Relation, { after }: ConclusionContext): string[][] | null {
  const keys: string[][] = relation.constraints.flatMap(({ kind, columns }) =>
    kind === 'primary' || kind === 'unique' ? [[...columns]] : [],
  );
  for (const key of relation.indexes) {
    const index = after.relation(key)?.index;
    if (!index) return null;
    const columns = index.keys.flatMap(({ column }) => (column === null ? [] : [column]));
    if (index.unique && index.where === null && columns.length === index.keys.length) keys.push(columns);
  }
  return keys;
}
