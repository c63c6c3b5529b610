import type { CreateStmt, IndexStmt } from '@pgsql/types';
import { quoteIdentifier } from '../edits.ts';
import { type ConclusionContext, defineRule } from '../rule.ts';
import { keywords } from './newColumns.ts';
import { newUniques } from './newUniques.ts';
import { deletionColumn } from './softDelete.ts';

export default defineRule({
  id: 'unique-with-null-deletion-time',
  family: 'schema',
  severity: 'warning',
  docs: {
    summary: 'A unique key that includes deleted_at, which is NULL in all rows that are not deleted.',
    why: 'NULLs are distinct from each other in a unique key: two rows with the same e-mail address and no deletion time do not collide. The key keeps nothing unique among the rows that matter.',
    fine: 'Another unique index looks after the rows that are not deleted.',
    source: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS',
  },
  examples: [
    {
      unsafe:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, deleted_at timestamptz, UNIQUE (email, deleted_at));',
      safe: 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, deleted_at timestamptz);\nCREATE UNIQUE INDEX ON users (email) WHERE deleted_at IS NULL;',
    },
  ],
  conclude: { CreateStmt: conclude, IndexStmt: conclude },
});

function conclude(stmt: CreateStmt | IndexStmt, context: ConclusionContext): void {
  for (const unique of newUniques(stmt, context)) {
    const { relation, columns } = unique;
    const deleted = deletionColumn(relation);
    const others = columns.filter((name) => name !== deleted?.name);
    if (!deleted || unique.nullsNotDistinct || others.length === columns.length || others.length === 0) continue;
    // which rows another index looks after cannot be told from here
    const isHelped = relation.indexes.some((key) => {
      const index = context.after.relation(key)?.index;
      return !index || (index.unique && index.where !== null);
    });
    if (isHelped) continue;
    const edits = unique.partial(others, `${quoteIdentifier(deleted.name)} ${keywords('IS NULL', context)}`);
    context.report(
      unique.span,
      `${deleted.name} is NULL in rows that are not deleted, and NULLs do not collide: among them ${others.join(', ')} may be there twice.`,
      `Create a unique index on (${others.map(quoteIdentifier).join(', ')}) WHERE ${quoteIdentifier(deleted.name)} IS NULL${context.targetVersion >= 15 ? ', or declare the key NULLS NOT DISTINCT' : ''}.`,
      edits ? [{ title: `Make it unique WHERE ${deleted.name} IS NULL`, safe: false, edits }] : [],
    );
  }
}
