import type { SyntaxNode } from '@lezer/common';
import type { EvaluatedFunction } from '../../sources/alembic/evaluate.ts';
import type { Operation } from '../../sources/alembic/interpreter.ts';
import type { Revision } from '../../sources/alembic/revision.ts';
import { argumentsIn } from '../../sources/alembic/rewriting/callText.ts';
import { textOf, truthOf, type Value } from '../../sources/alembic/values.ts';
import type { Span } from '../../syntax/tokens.ts';
import type { Fix } from '../rule.ts';
import { certainOperations, columnAdded, defineRevisionRule } from './revisionRule.ts';

export default defineRevisionRule({
  id: 'default-not-in-database',
  severity: 'information',
  docs: {
    summary: 'add_column with NOT NULL and default=, which Postgres never sees.',
    why: 'default= of a column is filled in by SQLAlchemy when the application inserts a row. ALTER TABLE … ADD COLUMN has no DEFAULT then: as soon as the table has a row, it fails ("column contains null values").',
    fine: 'The table is known to be empty.',
    source: 'https://docs.sqlalchemy.org/en/20/core/defaults.html#server-invoked-ddl-explicit-default-expressions',
  },
  examples: [
    {
      before: 'op.execute("CREATE TABLE users (id bigint PRIMARY KEY)")\nop.execute("INSERT INTO users VALUES (1)")',
      unsafe: `def upgrade():
    op.add_column("users", sa.Column("logins", sa.Integer(), nullable=False, default=0))
`,
      safe: `def upgrade():
    op.add_column("users", sa.Column("logins", sa.Integer(), nullable=False, server_default=sa.text("0")))
`,
    },
  ],
  check({ revision, report }) {
    for (const fn of revision.functions) {
      if (fn.name !== 'upgrade') continue;
      for (const { operation, at, holds } of certainOperations(fn, revision)) {
        const column = columnAdded(operation);
        const value = column?.keywords.get('default');
        if (!column || !value || value.kind === 'none') continue;
        const table = tableOf(operation);
        if (table === null || isMadeIn(fn, table)) continue;
        const { keywords, args } = column;
        const isGiven = ['server_default', '**', 'primary_key'].some((k) => keywords.has(k));
        const filled = args.some(
          (a) => a.kind === 'construct' && /^(?:Identity|Computed|Sequence|DefaultClause)$/.test(a.name),
        );
        const nullable = keywords.get('nullable');
        if (isGiven || filled || !nullable || truthOf(nullable) !== false) continue;
        const place = holds(column.span) ? keywordNode(at(column.span), 'default', revision) : null;
        if (!place) continue;
        report(
          place,
          `Postgres does not get this default: adding ${textOf(args[0]) ?? 'the column'} NOT NULL fails if ${table} has any row.`,
          'server_default= is the one that the rows which are there get.',
          fixOf(value, place),
        );
      }
    }
  },
});

/** It has no row yet. */
const isMadeIn = ({ operations }: EvaluatedFunction, table: string): boolean =>
  operations.some(({ operation: { name, args } }) => name === 'create_table' && textOf(args[0]) === table);

const tableOf = ({ args, keywords, batch }: Operation): string | null =>
  textOf(batch ? (batch.table ?? undefined) : (keywords.get('table_name') ?? args[0]));

function keywordNode(span: Span, name: string, { text, tree }: Revision): Span | null {
  let call: SyntaxNode | null = tree.resolveInner(span.start, 1);
  while (call && !(call.name === 'CallExpression' && call.to === span.end)) call = call.parent;
  if (call?.from !== span.start) return null;
  return argumentsIn(call, text).find((a) => a.name === name)?.span ?? null;
}

/** Of a constant: the same as SQL. */
function fixOf(value: Value, { start, end }: Span): Fix[] {
  const sql =
    value.kind === 'number'
      ? `sa.text("${value.text}")`
      : value.kind === 'boolean'
        ? `sa.text("${value.value}")`
        : value.kind === 'string' && textOf(value) !== null && !/["\\\n]/.test(value.mapped.text)
          ? `"${value.mapped.text}"`
          : null;
  return sql === null
    ? []
    : [{ title: `server_default=${sql}`, safe: false, edits: [{ start, end, newText: `server_default=${sql}` }] }];
}
