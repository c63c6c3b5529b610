import type { CreateStmt, Node } from '@pgsql/types';
import { defineRule, type RuleContext } from '../rule.ts';
import { constraintAt, constraintSpan, definedColumns } from './newColumns.ts';

export default defineRule({
  id: 'null-default-on-not-null',
  family: 'schema',
  severity: 'hint',
  docs: {
    summary: 'DEFAULT NULL on a NOT NULL column.',
    why: 'Postgres takes DEFAULT NULL for no default at all. An INSERT that does not name the column is refused, although the definition reads as if there were something to fall back to.',
    fine: 'It does no harm where every INSERT names the column.',
    source: 'https://www.postgresql.org/docs/current/ddl-default.html',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL DEFAULT NULL);',
      safe: 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);',
    },
  ],
  check: {
    // ADD COLUMN is not-null-column-without-default's
    CreateStmt: check,
  },
});

function check(stmt: CreateStmt, context: RuleContext): void {
  for (const column of definedColumns(stmt, context, context.before.session.schema)) {
    const fallback = constraintAt(column, 'CONSTR_DEFAULT');
    const required = constraintAt(column, 'CONSTR_NOTNULL') ?? constraintAt(column, 'CONSTR_PRIMARY');
    if (!fallback || !required || !isNull(fallback.raw_expr)) continue;
    const span = constraintSpan(column, fallback, context);
    const before = context.tokens.span(context.tokens.at(span.start) - 1).end;
    context.report(
      span,
      `${column.name} is NOT NULL, so an INSERT that leaves it to DEFAULT NULL is refused.`,
      'Leave DEFAULT NULL out: it is no default.',
      [{ title: 'Remove DEFAULT NULL', safe: true, edits: [{ start: before, end: span.end, newText: '' }] }],
    );
  }
}

const isNull = (node: Node | undefined): boolean =>
  node !== undefined && 'A_Const' in node && node.A_Const.isnull === true;
