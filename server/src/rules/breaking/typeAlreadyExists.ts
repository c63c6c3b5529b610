import { nodesKey, rangeVarKey } from '../../catalog/names.ts';
import { defineRule, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'type-already-exists',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'CREATE TYPE or CREATE DOMAIN of a name that the schema already has a type or a table of.',
    why: 'Postgres refuses it with "type … already exists" (42710); there is no IF NOT EXISTS for types. Every table, view and sequence is a type of its name as well.',
    fine: 'Never, where the files tell the whole history of the schema.',
    source: 'https://www.postgresql.org/docs/current/sql-createtype.html',
  },
  examples: [
    {
      schema: "CREATE TYPE status AS ENUM ('open', 'done');",
      unsafe: "CREATE TYPE status AS ENUM ('open', 'done', 'late');",
      safe: "ALTER TYPE status ADD VALUE IF NOT EXISTS 'late';",
    },
    {
      schema: 'CREATE TABLE money_amount (id bigint PRIMARY KEY);',
      unsafe: 'CREATE DOMAIN money_amount AS numeric(12, 2);',
      safe: 'CREATE DOMAIN amount_of_money AS numeric(12, 2);',
    },
  ],
  check: {
    CreateEnumStmt: (stmt, context) => created(nodesKey(stmt.typeName, context.before.session.schema), context),
    CreateDomainStmt: (stmt, context) => created(nodesKey(stmt.domainname, context.before.session.schema), context),
    CreateRangeStmt: (stmt, context) => created(nodesKey(stmt.typeName, context.before.session.schema), context),
    CompositeTypeStmt: (stmt, context) => created(rangeVarKey(stmt.typevar, context.before.session.schema), context),
  },
});

function created(key: string, context: RuleContext): void {
  const { before, tokens } = context;
  const name = key.slice(key.indexOf('.') + 1);
  const there = before.relation(key);
  const what = before.type(key)
    ? 'type'
    : there && !there.temporary && there.kind !== 'index'
      ? there.kind === 'partitioned'
        ? 'table'
        : there.kind
      : null;
  if (what === null) return;
  context.report(
    tokens.span(2, tokens.afterName(2) - 1),
    `This fails: there is already a ${what} ${name}.`,
    'Choose another name; or ALTER the type that is there.',
  );
}
