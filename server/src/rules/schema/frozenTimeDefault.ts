import type { AlterTableStmt, Node, TypeCast } from '@pgsql/types';
import { columnOf, type TypeName } from '../../catalog/catalog.ts';
import { rangeVarKey, typeNameOf } from '../../catalog/names.ts';
import type { Span } from '../../syntax/tokens.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { constraintAt, constraintSpan, definedColumns, keywords } from './newColumns.ts';

const timed = /^(?:date|time|timetz|timestamp|timestamptz)$/;
const special = /^\s*(now|today|tomorrow|yesterday)\s*(?:\(\s*\))?\s*$/i;

export default defineRule({
  id: 'frozen-time-default',
  family: 'schema',
  severity: 'warning',
  docs: {
    summary: "A default written as the string 'now' or 'today', which is the moment at which the column was created.",
    why: "A string is turned into a value of the column's type once, when the default is set. DEFAULT 'now' (and 'now()', in quotes) therefore stores the time of the migration in every later row. The function now() is called for each row.",
    fine: 'Never: write the date itself if that is meant.',
    source: 'https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-DATETIME-SPECIAL-VALUES',
  },
  examples: [
    {
      unsafe: "CREATE TABLE orders (id bigint PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT 'now()');",
      safe: 'CREATE TABLE orders (id bigint PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now());',
    },
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, due date);',
      unsafe: "ALTER TABLE orders ALTER COLUMN due SET DEFAULT 'today'::date;",
      safe: 'ALTER TABLE orders ALTER COLUMN due SET DEFAULT CURRENT_DATE;',
    },
  ],
  check: {
    CreateStmt(stmt, context) {
      inNewColumns(stmt, context);
    },
    AlterTableStmt(stmt, context) {
      inNewColumns(stmt, context);
      const relation = context.before.relation(rangeVarKey(stmt.relation, context.before.session.schema));
      for (const node of stmt.cmds ?? []) {
        if (!('AlterTableCmd' in node) || node.AlterTableCmd.subtype !== 'AT_ColumnDefault') continue;
        const { name = '', def } = node.AlterTableCmd;
        const type = columnOf(relation, name)?.type;
        const literal = type && def ? literalOf(def, type) : null;
        if (type && literal) report(name, type, literal, spanFrom(literal, context), context);
      }
    },
  },
});

interface Literal {
  readonly word: string;
  readonly at: number;
}

function inNewColumns(stmt: Parameters<typeof definedColumns>[0] | AlterTableStmt, context: RuleContext): void {
  for (const column of definedColumns(stmt, context, context.before.session.schema)) {
    const fallback = constraintAt(column, 'CONSTR_DEFAULT');
    const literal = fallback?.raw_expr ? literalOf(fallback.raw_expr, column.type) : null;
    if (!fallback || !literal) continue;
    const { end } = constraintSpan(column, fallback, context);
    report(column.name, column.type, literal, { start: literal.at, end }, context);
  }
}

/** The string, if the default is nothing but that, perhaps cast to a type of date or time. */
function literalOf(expression: Node, type: TypeName): Literal | null {
  if (type.schema !== null || type.array || !timed.test(type.name)) return null;
  const cast: TypeCast | null = 'TypeCast' in expression ? expression.TypeCast : null;
  const value = cast ? cast.arg : expression;
  if (!value || !('A_Const' in value) || !value.A_Const.sval) return null;
  const castTo = cast ? typeNameOf(cast.typeName) : type;
  if (!castTo || castTo.schema !== null || !timed.test(castTo.name)) return null;
  const word = special.exec(value.A_Const.sval.sval ?? '')?.[1];
  // timestamp 'now' and CAST ('now' AS date) begin before the string
  const starts = [value.A_Const.location, cast?.location, cast?.typeName?.location];
  const at = Math.min(...starts.map((start) => (start === undefined || start < 0 ? Number.MAX_SAFE_INTEGER : start)));
  return word ? { word: word.toLowerCase(), at } : null;
}

/** To the end of the subcommand, in which the default stands last. */
function spanFrom({ at }: Literal, { tokens }: RuleContext): Span {
  const first = tokens.at(at);
  const part = tokens.split(first)[0];
  return tokens.span(first, part?.last ?? first);
}

function report(column: string, type: TypeName, { word }: Literal, span: Span, context: RuleContext): void {
  const day = type.name === 'date' ? 'CURRENT_DATE' : null;
  const call =
    word === 'now'
      ? type.name === 'time' || type.name === 'timetz'
        ? 'CURRENT_TIME'
        : (day ?? 'now()')
      : (day && { today: day, tomorrow: '(CURRENT_DATE + 1)', yesterday: '(CURRENT_DATE - 1)' }[word]) ||
        'CURRENT_DATE';
  const fixable = word === 'now' || word === 'today' || day;
  context.report(
    span,
    `The default of ${column} is the string '${word}', turned into a value once: every row gets the time at which this statement ran.`,
    `Write ${fixable ? call : 'an expression'} without quotes: that is computed for each row.`,
    fixable
      ? [
          {
            title: `Write ${call}`,
            safe: false,
            edits: [{ ...span, newText: call.startsWith('now') ? call : keywords(call, context) }],
          },
        ]
      : [],
  );
}
