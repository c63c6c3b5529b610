import type { SyntaxNode } from '@lezer/common';
import { spanOf } from '../../sources/alembic/nodes.ts';
import type { Revision } from '../../sources/alembic/revision.ts';
import { argumentsIn } from '../../sources/alembic/rewriting/callText.ts';
import type { Span } from '../../syntax/tokens.ts';
import { connectionsIn, sessionsIn } from './connections.ts';
import {
  argumentOf,
  callOn,
  functionAround,
  isRun,
  memberAsked,
  sourceOf,
  usesOf,
  variableGiven,
} from './pythonCode.ts';
import { defineRevisionRule } from './revisionRule.ts';

export default defineRevisionRule({
  id: 'fails-in-offline-mode',
  severity: 'hint',
  ofNewMigrations: true,
  docs: {
    summary: 'Code that asks the database something, which `alembic upgrade --sql` cannot do.',
    why: "In offline mode there is no database: op.get_bind() gives an object that writes statements down, and execute() on it gives None. What reads rows, goes through them or inspects the schema fails there (\"'NoneType' object has no attribute 'fetchall'\"); of values that are given beside a statement, NULL is written.",
    fine: 'Where nobody runs `--sql`. Nothing is said where the file asks is_offline_mode() or as_sql.',
    source: 'https://alembic.sqlalchemy.org/en/latest/offline.html',
  },
  examples: [
    {
      before: 'op.execute("CREATE TABLE users (id bigint PRIMARY KEY, name text, slug text)")',
      unsafe: `def upgrade():
    conn = op.get_bind()
    for row in conn.execute(sa.text("SELECT id, name FROM users")):
        op.execute(sa.text("UPDATE users SET slug = :slug WHERE id = :id").bindparams(slug=row.name.lower(), id=row.id))
`,
      safe: `def upgrade():
    op.execute("UPDATE users SET slug = lower(name)")
`,
    },
    {
      before: 'op.execute("CREATE TABLE users (id bigint PRIMARY KEY)")',
      unsafe: `def upgrade():
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns("users")]
    if "slug" not in columns:
        op.add_column("users", sa.Column("slug", sa.Text()))
`,
      safe: `def upgrade():
    op.execute("ALTER TABLE users ADD COLUMN IF NOT EXISTS slug text")
`,
    },
  ],
  check({ revision, report }) {
    const { text } = revision;
    if (!/\bget_(?:bind|context)\b/.test(text) || /\b(?:is_offline_mode|as_sql)\b/.test(text)) return;
    const sessions = new Set([...sessionsIn(revision)].flatMap((call) => functionAround(call)?.from ?? []));
    const first = new Map<number, Failure>();
    for (const connection of connectionsIn(revision)) {
      const fn = functionAround(connection);
      // of these something is said already
      if (!fn || sessions.has(fn.from) || !isRun(connection, revision)) continue;
      for (const failure of failuresOf(connection, revision)) {
        const known = first.get(fn.from);
        if (!known || rank(failure) < rank(known)) first.set(fn.from, failure);
        // what stops comes first: no more is said
        if (!failure.silently) break;
      }
    }
    for (const { span, words, help } of first.values()) report(span, words, help);
  },
});

interface Failure {
  /** Whether it goes on, with other data. */
  readonly silently: boolean;
  readonly span: Span;
  readonly words: string;
  readonly help: string;
}

/** What stops comes before what goes on. */
const rank = ({ silently, span }: Failure): number => (silently ? 1e9 : 0) + span.start;

const maxDepth = 6;

/** What fails of all that is done with a connection. @param node an expression that stands for it */
function* failuresOf(node: SyntaxNode, revision: Revision, depth = 0): Generator<Failure> {
  if (depth > maxDepth) return;
  const variable = variableGiven(node, revision);
  if (variable !== null)
    for (const use of usesOf(node, variable, revision)) yield* failuresOf(use, revision, depth + 1);
  const argument = argumentOf(node, revision);
  if (argument && (inspecting.test(argument.callee) || argument.name === 'autoload_with'))
    yield failure(argument.call, 'offline mode has no database to look at');
  const member = memberAsked(node);
  const name = member ? sourceOf(member, revision) : '';
  if (member && notOffline.has(name)) yield failure(member, `offline mode has no ${name}()`);
  const call = name === 'execute' ? callOn(member?.parent ?? null) : null;
  if (!call) return;
  yield* failuresOfResult(call, revision);
  const [, values] = argumentsIn(call, revision.text);
  if (values && values.name === null)
    yield {
      silently: true,
      span: values.span,
      words: 'With alembic upgrade --sql these values are not written: NULL stands in their places.',
      help: 'Give them to the statement itself: sa.text(…).bindparams(…). It matters only where somebody runs --sql.',
    };
}

const inspecting = /^(?:(?:\w+\.)*inspect|(?:\w+\.)*Inspector(?:\.from_engine)?)$/;

/** Of what a connection can do, what SQLAlchemy's stand-in for it cannot. */
const notOffline = new Set([
  'scalar',
  'scalars',
  'exec_driver_sql',
  'begin',
  'begin_nested',
  'in_transaction',
  'commit',
]);

/** @param node an expression that stands for what execute() gave */
function* failuresOfResult(node: SyntaxNode, revision: Revision): Generator<Failure> {
  const variable = variableGiven(node, revision);
  if (variable !== null) for (const use of usesOf(node, variable, revision)) yield* failuresOfResult(use, revision);
  const nothing = 'execute() gives None in offline mode';
  const member = memberAsked(node);
  const { parent } = node;
  if (member && ofResults.has(sourceOf(member, revision))) yield failure(member, nothing);
  else if (node.prevSibling?.name === 'in' && parent && /^ForStatement$|Comprehension|^ArgList$/.test(parent.name))
    yield failure(node, nothing);
  else if (/^(?:list|dict|set|tuple|next|len|sorted|enumerate)$/.test(argumentOf(node, revision)?.callee ?? ''))
    yield failure(node, nothing);
}

const ofResults = new Set(
  (
    'fetchall fetchone fetchmany scalar scalar_one scalar_one_or_none scalars first all one one_or_none mappings rowcount ' +
    'keys returns_rows partitions unique tuples columns'
  ).split(' '),
);

const failure = (node: SyntaxNode, why: string): Failure => ({
  silently: false,
  span: spanOf(node),
  words: `alembic upgrade --sql cannot do this: ${why}.`,
  help: 'Do it in SQL, or ask context.is_offline_mode() first. It matters only where somebody runs --sql.',
});
