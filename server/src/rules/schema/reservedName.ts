import { isReserved } from '../edits.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { type DefinedColumn, definedColumns } from './newColumns.ts';

/** Reserved words that are an expression by themselves: without quotes they give something else, and no error. */
const expressions: Readonly<Record<string, string>> = {
  user: 'the name of the database role',
  current_user: 'the name of the database role',
  session_user: 'the name of the database role',
  current_role: 'the name of the database role',
  current_date: "today's date",
  current_time: 'the time',
  current_timestamp: 'the time',
  localtime: 'the time',
  localtimestamp: 'the time',
  current_catalog: 'the name of the database',
  current_schema: 'the name of the schema',
};

export default defineRule({
  id: 'reserved-word-as-name',
  family: 'schema',
  severity: 'hint',
  docs: {
    summary: 'A table or column whose name is a reserved word.',
    why: 'It has to be quoted wherever it stands by itself, without a schema or table in front. Without quotes most of these names are a syntax error; a column "user" is worse: SELECT user FROM orders gives the name of the database role, and no error.',
    fine: 'All SQL comes from a tool that quotes every name.',
    source: 'https://www.postgresql.org/docs/current/sql-keywords-appendix.html',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE orders (id bigint PRIMARY KEY, "user" text);',
      safe: 'CREATE TABLE orders (id bigint PRIMARY KEY, user_name text);',
    },
    {
      unsafe: 'CREATE TABLE "order" (id bigint PRIMARY KEY);',
      safe: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
    },
  ],
  check: {
    CreateStmt(stmt, context) {
      const name = stmt.relation?.relname ?? '';
      if (isReserved(name) && stmt.relation?.relpersistence !== 't') {
        const at = context.tokens.at(stmt.relation?.location ?? 0);
        context.report(
          context.tokens.span(context.tokens.afterName(at) - 1),
          `"${name}" is a reserved word: the table has to be quoted wherever no schema is named in front of it.`,
          'Take another name.',
        );
      }
      for (const column of definedColumns(stmt, context, context.before.session.schema)) report(column, context);
    },
    AlterTableStmt(stmt, context) {
      for (const column of definedColumns(stmt, context, context.before.session.schema)) report(column, context);
    },
  },
});

function report({ name, nameSpan, writtenTable }: DefinedColumn, context: RuleContext): void {
  if (!isReserved(name)) return;
  const other = expressions[name];
  context.report(
    nameSpan,
    other
      ? `"${name}" is a reserved word: SELECT ${name} FROM ${writtenTable}, without quotes, gives ${other}, not the column.`
      : `"${name}" is a reserved word: the column has to be quoted wherever no table is named in front of it.`,
    'Take another name.',
  );
}
