import type { Constraint, Node } from '@pgsql/types';
import { printType } from '../../catalog/names.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { isRefused } from './invalidLiteral.ts';
import { constraintAt, constraintSpan, type DefinedColumn, definedColumns, inCaseOf } from './newColumns.ts';

export default defineRule({
  id: 'default-of-wrong-type',
  family: 'schema',
  severity: 'error',
  docs: {
    summary: "A default that is no value of the column's type.",
    why: "The default is turned into the column's type when it is set: 0 is no boolean in Postgres, '' is no number, no date and no JSON, 0000-00-00 is no date. The statement is refused.",
    fine: 'Never.',
    source: 'https://www.postgresql.org/docs/current/ddl-default.html',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE users (id bigint PRIMARY KEY, active boolean NOT NULL DEFAULT 1);',
      safe: 'CREATE TABLE users (id bigint PRIMARY KEY, active boolean NOT NULL DEFAULT true);',
    },
    {
      unsafe: "CREATE TABLE events (id bigint PRIMARY KEY, payload jsonb NOT NULL DEFAULT '');",
      safe: "CREATE TABLE events (id bigint PRIMARY KEY, payload jsonb NOT NULL DEFAULT '{}');",
    },
    {
      schema: "CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE TYPE state AS ENUM ('open', 'paid');",
      unsafe: "ALTER TABLE orders ADD COLUMN state state DEFAULT 'new';",
      safe: "ALTER TABLE orders ADD COLUMN state state DEFAULT 'open';",
    },
  ],
  check: { CreateStmt: check, AlterTableStmt: check },
});

function check(stmt: Parameters<typeof definedColumns>[0], context: RuleContext): void {
  for (const column of definedColumns(stmt, context, context.before.session.schema)) {
    const fallback = constraintAt(column, 'CONSTR_DEFAULT');
    const value = fallback?.raw_expr && 'A_Const' in fallback.raw_expr ? fallback.raw_expr : null;
    if (!fallback || !value || !isWrong(column, value, context.before)) continue;
    const span = constraintSpan(column, fallback, context);
    // behind the word DEFAULT
    const start = context.tokens.span(context.tokens.at(span.start) + 1).start;
    const written = context.text.slice(start, span.end);
    context.report(
      { start, end: span.end },
      `This fails: ${written} is no value of type ${printType(column.type)}.`,
      `Give ${column.name} a default of its own type.`,
      asTruth(column, fallback, { start, end: span.end }, context),
    );
  }
}

function isWrong({ type }: DefinedColumn, value: Extract<Node, { A_Const: unknown }>, schema: SchemaReader): boolean {
  const { sval, ival, fval, boolval } = value.A_Const;
  if (sval) {
    const enumeration = enumOf(type, schema);
    if (enumeration) return enumeration.complete && !enumeration.values.includes(sval.sval ?? '');
    return isRefused(type, sval.sval ?? '');
  }
  if (type.schema !== null) return false;
  if (boolval)
    return type.array || /^(?:int[248]|numeric|float[48]|uuid|jsonb?|date|timestamp(?:tz)?)$/.test(type.name);
  if (ival || fval) return type.array || /^(?:bool|uuid|jsonb?|date|timestamp(?:tz)?)$/.test(type.name);
  return false;
}

/** The enum that the files create under that name; null for anything else, and where a schema stands before it. */
function enumOf(type: DefinedColumn['type'], schema: SchemaReader) {
  const known = type.array ? undefined : schema.type(`${type.schema ?? schema.session.schema}.${type.name}`);
  return known?.kind === 'enum' ? known : null;
}

function asTruth(
  column: DefinedColumn,
  { raw_expr }: Constraint,
  span: { start: number; end: number },
  context: RuleContext,
): Fix[] {
  const ival = raw_expr && 'A_Const' in raw_expr ? raw_expr.A_Const.ival : undefined;
  const number = ival?.ival ?? 0;
  if (column.type.name !== 'bool' || column.type.array || !ival || (number !== 0 && number !== 1)) return [];
  const word = number === 1 ? 'true' : 'false';
  const written = context.text.slice(column.typeSpan.start, column.typeSpan.end);
  return [{ title: `Write ${word}`, safe: false, edits: [{ ...span, newText: inCaseOf(written, word) }] }];
}
