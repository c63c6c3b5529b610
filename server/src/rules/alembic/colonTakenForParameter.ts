import type { SyntaxNode } from '@lezer/common';
import type { Operation } from '../../sources/alembic/interpreter.ts';
import type { Revision } from '../../sources/alembic/revision.ts';
import type { StringValue, Value } from '../../sources/alembic/values.ts';
import type { Fix } from '../rule.ts';
import { certainOperations, defineRevisionRule } from './revisionRule.ts';

/** SQLAlchemy's own: `sql/compiler.py`, BIND_PARAMS. */
const parameters = /(?<![:\w\\]):(\w+)(?!:)/g;

export default defineRevisionRule({
  id: 'colon-taken-for-parameter',
  severity: 'error',
  docs: {
    summary: 'A word behind a colon in the text of op.execute() or text(), for which no value is given.',
    why: 'SQLAlchemy takes `:name` for a parameter wherever it stands, in strings of SQL too: in \'{"done":true}\' it looks for a value of the parameter "true" and fails with "A value is required for bind parameter". With `--sql` it writes NULL in its place.',
    fine: 'Never: write a backslash before the colon, or give the value with bindparams().',
    source: 'https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.text',
  },
  examples: [
    {
      before: 'op.execute("CREATE TABLE jobs (id bigint PRIMARY KEY, state jsonb)")',
      unsafe: `def upgrade():
    op.execute("""UPDATE jobs SET state = '{"done":true}' WHERE state IS NULL""")
`,
      safe: `def upgrade():
    op.execute("""UPDATE jobs SET state = '{"done"\\\\:true}' WHERE state IS NULL""")
`,
    },
    {
      before: 'op.execute("CREATE TABLE jobs (id bigint PRIMARY KEY, state text)")',
      unsafe: `def upgrade():
    op.execute(sa.text("UPDATE jobs SET state = :state WHERE state IS NULL"))
`,
      safe: `def upgrade():
    op.execute(sa.text("UPDATE jobs SET state = :state WHERE state IS NULL").bindparams(state="new"))
`,
    },
  ],
  check({ revision, report }) {
    for (const fn of revision.functions)
      for (const { operation, at: placeOf, holds } of certainOperations(fn, revision)) {
        const sql = textGiven(operation, revision.text.slice(placeOf(operation.span).start));
        if (!sql?.mapped.text.includes(':')) continue;
        const { text, from, to } = sql.mapped;
        for (const match of text.matchAll(parameters)) {
          const at = match.index;
          const span = { start: from[at] as number, end: to[at + match[0].length - 1] as number };
          const quoted = isQuoted(text.slice(0, at));
          report(
            placeOf(span),
            `SQLAlchemy takes ${match[0]} for a parameter, and none of that name is given: this fails.`,
            quoted
              ? 'Write a backslash before the colon (\\\\: in a Python string): then it is text.'
              : `Give its value: text(…).bindparams(${match[1]}=…).`,
            quoted && holds(span) && (to[at] as number) === span.start + 1
              ? escapeFix(placeOf(span).start, revision)
              : [],
          );
        }
      }
  },
});

/**
 * What is read for parameters: a string given to `op.execute`, or `text(…)`, with no values beside it.
 * @param written the file from the call on
 */
function textGiven({ name, args, keywords }: Operation, written: string): StringValue | null {
  if (
    name !== 'execute' ||
    args.length > 1 ||
    [...keywords.keys()].some((k) => !/^(?:sqltext|execution_options)$/.test(k))
  )
    return null;
  const given: Value | undefined = args[0] ?? keywords.get('sqltext');
  // a connection takes a plain string as it is
  if (given?.kind === 'string') return /^(?:batch_)?op\.execute\s*\(/.test(written) ? given : null;
  if (given?.kind !== 'construct' || given.name !== 'text' || given.args.length !== 1 || given.keywords.size > 0)
    return null;
  return given.args[0]?.kind === 'string' ? given.args[0] : null;
}

/** Inside a string of SQL, as far as quotes tell. */
const isQuoted = (before: string): boolean =>
  (before.replace(/--[^\n]*/g, '').split("'").length - 1) % 2 === 1 || (before.split('$$').length - 1) % 2 === 1;

function escapeFix(start: number, { text, tree }: Revision): Fix[] {
  if (text[start] !== ':') return [];
  let node: SyntaxNode | null = tree.resolveInner(start, 1);
  while (node && !/^(?:String|FormatString)$/.test(node.name)) node = node.parent;
  if (!node) return [];
  const prefix = /^[a-zA-Z]*/.exec(text.slice(node.from, node.from + 3))?.[0] ?? '';
  const newText = /r/i.test(prefix) ? '\\' : '\\\\';
  return [{ title: 'Escape the colon', safe: false, edits: [{ start, end: start, newText }] }];
}
