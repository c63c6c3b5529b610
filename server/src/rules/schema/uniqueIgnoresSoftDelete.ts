import type { CreateStmt, IndexStmt } from '@pgsql/types';
import { columnOf, type Relation } from '../../catalog/catalog.ts';
import { quoteIdentifier } from '../edits.ts';
import { type ConclusionContext, defineRule } from '../rule.ts';
import { keywords } from './newColumns.ts';
import { newUniques } from './newUniques.ts';
import { deletionColumn } from './softDelete.ts';

/** What people give to things themselves, and would like to give again. */
const chosen =
  /^(?:\w*_)?(?:e_?mail|user_?name|name|title|slug|handle|login|phone|domain|subdomain|nickname|path|label)$/i;

export default defineRule({
  id: 'unique-ignores-soft-delete',
  family: 'schema',
  severity: 'information',
  docs: {
    summary: 'A unique key over all rows of a table whose rows are deleted by setting deleted_at.',
    why: 'Rows that count as deleted are still there and still take their value: an account that was deleted keeps its e-mail address from ever being registered again. A unique index WHERE deleted_at IS NULL looks at the living rows only.',
    fine: 'A value must never be used again.',
    source: 'https://www.postgresql.org/docs/current/indexes-partial.html',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, deleted_at timestamptz);',
      safe: 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, deleted_at timestamptz);\nCREATE UNIQUE INDEX ON users (email) WHERE deleted_at IS NULL;',
    },
    {
      unsafe:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, deleted_at timestamptz);\nCREATE UNIQUE INDEX users_email ON users (email);',
      safe: 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, deleted_at timestamptz);\nCREATE UNIQUE INDEX users_email ON users (email) WHERE deleted_at IS NULL;',
    },
  ],
  conclude: { CreateStmt: conclude, IndexStmt: conclude },
});

function conclude(stmt: CreateStmt | IndexStmt, context: ConclusionContext): void {
  for (const unique of newUniques(stmt, context)) {
    const { relation, columns } = unique;
    const deleted = deletionColumn(relation);
    if (!deleted || columns.includes(deleted.name) || !columns.some((name) => isChosen(relation, name))) continue;
    if (!isThere(relation, columns, context)) continue;
    const edits = unique.partial(columns, `${quoteIdentifier(deleted.name)} ${keywords('IS NULL', context)}`);
    context.report(
      unique.span,
      `Rows with ${deleted.name} set still take their ${columns.join(', ')}: it cannot be used again after a row was deleted that way.`,
      `A unique index WHERE ${quoteIdentifier(deleted.name)} IS NULL looks at the other rows only. (ON CONFLICT then has to name that condition too.)`,
      edits ? [{ title: `Make it unique WHERE ${deleted.name} IS NULL`, safe: false, edits }] : [],
    );
  }
}

function isChosen(relation: Relation, name: string): boolean {
  const type = columnOf(relation, name)?.type;
  return chosen.test(name) && /^(?:text|varchar|citext|bpchar)$/.test(type?.name ?? '');
}

/** A later statement may have dropped it. */
function isThere(relation: Relation, columns: readonly string[], context: ConclusionContext): boolean {
  const same = (others: readonly (string | null)[]): boolean => others.join() === columns.join();
  return (
    relation.constraints.some((c) => c.kind === 'unique' && same(c.columns)) ||
    relation.indexes.some((key) => {
      const index = context.after.relation(key)?.index;
      return index?.unique && !index.where && same(index.keys.map((k) => k.column));
    })
  );
}
