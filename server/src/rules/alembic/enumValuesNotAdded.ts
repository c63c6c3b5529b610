import type { EvaluatedFunction } from '../../sources/alembic/evaluate.ts';
import type { Operation } from '../../sources/alembic/interpreter.ts';
import type { Revision } from '../../sources/alembic/revision.ts';
import { callText, literal, sqlLiteral, styleOf } from '../../sources/alembic/rewriting/pythonText.ts';
import { type EnumType, enumOf } from '../../sources/alembic/types.ts';
import type { Span } from '../../syntax/tokens.ts';
import type { Fix } from '../rule.ts';
import { certainOperations, defineRevisionRule } from './revisionRule.ts';

export default defineRevisionRule({
  id: 'enum-values-not-added',
  severity: 'warning',
  docs: {
    summary: 'alter_column from one sa.Enum to another of the same name, with other values.',
    why: 'On PostgreSQL an enum is a type of its own. Alembic writes ALTER COLUMN … TYPE with the name of the type, which is the one that the column has: nothing changes, and a value that is new in Python is refused ("invalid input value for enum").',
    fine: 'The values of the type are changed elsewhere, before the application uses them.',
    source: 'https://www.postgresql.org/docs/current/sql-altertype.html',
  },
  examples: [
    {
      before:
        'op.execute("CREATE TYPE status AS ENUM (\'open\', \'done\')")\nop.execute("CREATE TABLE jobs (id bigint PRIMARY KEY, status status)")',
      unsafe: `def upgrade():
    op.alter_column(
        "jobs",
        "status",
        existing_type=sa.Enum("open", "done", name="status"),
        type_=sa.Enum("open", "done", "failed", name="status"),
    )
`,
      safe: `def upgrade():
    op.execute("ALTER TYPE status ADD VALUE IF NOT EXISTS 'failed'")
`,
    },
  ],
  check({ revision, report }) {
    for (const fn of revision.functions)
      for (const { operation, at } of certainOperations(fn, revision)) {
        if (operation.name !== 'alter_column') continue;
        const type = operation.keywords.get('type_');
        const [before, after] = [enumOf(operation.keywords.get('existing_type')), enumOf(type)];
        if (!type || !before?.native || !after?.native || before.key !== after.key) continue;
        const [old, wanted] = [labels(before), labels(after)];
        const added = wanted.filter((l) => !old.includes(l));
        const removed = old.filter((l) => !wanted.includes(l));
        if ((added.length === 0 && removed.length === 0) || isChangedElsewhere(after, operation, fn)) continue;
        const name = after.key.replace(/^\./, '');
        const what = [
          ...(added.length > 0 ? [`${list(added)} ${added.length > 1 ? 'are' : 'is'} not added`] : []),
          ...(removed.length > 0 ? [`${list(removed)} ${removed.length > 1 ? 'are' : 'is'} not removed`] : []),
        ].join(', ');
        report(
          at(type.span),
          `This changes nothing: the column has the type ${name} already, and ${what}.`,
          removed.length > 0
            ? 'Postgres cannot take values away from an enum: create another type, and convert the column to it.'
            : `ALTER TYPE ${name} ADD VALUE adds a value; it can be used once that is committed.`,
          removed.length > 0 ? [] : fixOf(operation, at(operation.span), name, old, wanted, added, revision),
        );
      }
  },
});

const labels = (type: EnumType): string[] => type.labels.map((l) => l.text);

const list = (values: readonly string[]): string => values.map((v) => `'${v}'`).join(', ');

/** Another statement of the function names the type: it may be made anew, or have got the values. */
function isChangedElsewhere({ key }: EnumType, own: Operation, { operations, doubts }: EvaluatedFunction): boolean {
  const name = key.slice(key.lastIndexOf('.') + 1);
  if (doubts.some((d) => d.ofSchema)) return true;
  return operations.some(
    ({ operation, statements }) =>
      operation !== own && operation.name !== 'alter_column' && statements.some((s) => s.text.includes(name)),
  );
}

/** Instead of the whole call, where that does no more: ADD VALUE in the place that the value has in Python. */
function fixOf(
  { keywords, batch }: Operation,
  span: Span,
  name: string,
  old: readonly string[],
  wanted: readonly string[],
  added: readonly string[],
  { text }: Revision,
): Fix[] {
  const more = [...keywords.keys()].filter(
    (k) => k !== 'type_' && k !== 'postgresql_using' && !k.startsWith('existing_'),
  );
  const inOrder = wanted.slice(0, old.length).every((l, i) => l === old[i]);
  const style = styleOf(text, text.slice(span.start, span.end));
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const indent = text.slice(lineStart, span.start);
  if (batch || more.length > 0 || !inOrder || !style || indent.trim() !== '' || /[A-Z".]/.test(name)) return [];
  const calls = added.map((value) => {
    const sql = `ALTER TYPE ${name} ADD VALUE IF NOT EXISTS '${value.replaceAll("'", "''")}'`;
    return callText(`${style.op}.execute`, [sqlLiteral(sql, style)], indent, style);
  });
  const title = `ALTER TYPE … ADD VALUE ${added.map((v) => literal(v, { ...style, quote: "'" })).join(', ')}`;
  return [{ title, safe: false, edits: [{ ...span, newText: calls.join(`\n${indent}`) }] }];
}
