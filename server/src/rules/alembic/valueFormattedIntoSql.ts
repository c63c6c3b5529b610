import type { SyntaxNode } from '@lezer/common';
import { spanOf } from '../../sources/alembic/nodes.ts';
import { stringValue } from '../../sources/alembic/pythonString.ts';
import type { Revision } from '../../sources/alembic/revision.ts';
import { argumentsIn } from '../../sources/alembic/rewriting/callText.ts';
import type { StringValue, Value } from '../../sources/alembic/values.ts';
import type { Span } from '../../syntax/tokens.ts';
import { isOfRows } from './connections.ts';
import { bindingOf, namesFound, sourceOf } from './pythonCode.ts';
import { defineRevisionRule } from './revisionRule.ts';

const before = `op.execute("CREATE TABLE users (id bigint PRIMARY KEY, name text, settings jsonb)")
op.execute("INSERT INTO users VALUES (1, 'O''Brien')")`;

export default defineRevisionRule({
  id: 'value-formatted-into-sql',
  severity: 'warning',
  ofNewMigrations: true,
  docs: {
    summary: 'A value that is only known when the migration runs is put between the quotes of SQL text.',
    why: 'A quote in the value ends the string there: the statement fails, or what follows the quote is run as SQL. Names like O’Brien, texts and JSON have such. A word behind a colon in the value is taken for a parameter besides.',
    fine: 'Where the value can never hold a quote or a colon. Nothing is said of ids, dates and numbers by their names.',
    source: 'https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.TextClause.bindparams',
  },
  examples: [
    {
      before,
      unsafe: `def upgrade():
    conn = op.get_bind()
    for row in conn.execute(sa.text("SELECT id, name FROM users")).fetchall():
        conn.execute(sa.text(f"UPDATE users SET name = '{row.name.strip()}' WHERE id = {row.id}"))
`,
      safe: `def upgrade():
    conn = op.get_bind()
    rename = sa.text("UPDATE users SET name = :name WHERE id = :id")
    for row in conn.execute(sa.text("SELECT id, name FROM users")).fetchall():
        conn.execute(rename.bindparams(name=row.name.strip(), id=row.id))
`,
    },
    {
      before,
      top: 'import json\n\nfrom alembic import op\nimport sqlalchemy as sa\n',
      unsafe: `SETTINGS = {"title": "What's new"}


def upgrade():
    op.execute("UPDATE users SET settings = '%s'" % json.dumps(SETTINGS))
`,
      safe: `SETTINGS = {"title": "What's new"}


def upgrade():
    op.execute(sa.text("UPDATE users SET settings = :settings").bindparams(settings=json.dumps(SETTINGS)))
`,
    },
  ],
  check({ revision, report }) {
    const said = new Set<number>();
    for (const { operations } of revision.functions)
      for (const { operation, shift } of operations) {
        if (operation.name !== 'execute') continue;
        const sql = sqlOf(operation.args[0] ?? operation.keywords.get('sqltext'));
        if (!sql?.holes) continue;
        const call = { start: operation.span.start + shift, end: operation.span.end + shift };
        const holes = holesIn(sql);
        for (const { from, to, quoted } of holes) {
          // of another file
          if (!quoted || from < 0 || to + shift > revision.text.length) continue;
          const value = expressionAt(from + shift, to + shift, revision);
          const all = holes.every((h) => h.from !== from || h.quoted);
          const origin = value && (originOf(value, revision) ?? (all ? variableFrom(value, call, revision) : null));
          if (!origin || said.has(origin.at.from)) continue;
          said.add(origin.at.from);
          report(
            spanOf(origin.at),
            `${origin.words}: with a quote in it, the string ends there, and the statement fails or does something else.`,
            'Give it as a parameter: sa.text("… = :value").bindparams(value=…).',
          );
        }
      }
  },
});

/** The text that is executed; null for a construct. */
function sqlOf(given: Value | undefined): StringValue | null {
  let value = given;
  while (value?.kind === 'construct') value = value.name === 'text' ? value.args[0] : (value.on ?? undefined);
  return value?.kind === 'string' ? value : null;
}

interface Hole {
  /** What stands there comes from here, as offsets into the file. */
  readonly from: number;
  readonly to: number;
  /** It is all of a string of SQL. */
  readonly quoted: boolean;
}

function holesIn({ mapped: { text, from, to } }: StringValue): Hole[] {
  return [...text.matchAll(/\{\{ \}\}/g)].map(({ index }) => {
    const end = index + '{{ }}'.length;
    const before = text.slice(0, index);
    const quotes = before.replace(/--[^\n]*/g, '').split("'").length - 1;
    // in a body between dollars, quotes have their own rules
    const quoted = quotes % 2 === 1 && before.endsWith("'") && text[end] === "'" && !before.includes('$$');
    return { from: from[index] as number, to: to[end - 1] as number, quoted };
  });
}

/** The expression itself: without the braces of an f-string. */
function expressionAt(start: number, end: number, { tree }: Revision): SyntaxNode | null {
  let node: SyntaxNode | null = tree.resolveInner(start, 1);
  while (node && node.to < end) node = node.parent;
  if (node?.name === 'FormatReplacement') return node.firstChild?.nextSibling ?? null;
  while (node?.parent && node.parent.from === start && node.parent.to === end) node = node.parent;
  return node;
}

const maxDepth = 6;
/** Words of names for what holds no quote. */
const plain =
  /(?:^|_)(?:id|ids|uuid|guid|pk|key|date|time|at|on|day|month|year|count|number|num|total|size|version|type|status|oid)$/i;

interface Origin {
  /** What is marked. */
  readonly at: SyntaxNode;
  /** A clause about the value. */
  readonly words: string;
}

/** Null where it may well be nothing to care about. */
function originOf(value: SyntaxNode, revision: Revision, depth = 0, at = value): Origin | null {
  if (depth > maxDepth) return null;
  const text = sourceOf(value, revision);
  const ofRows = (name: string): Origin => ({ at, words: `${name} comes from the database` });
  if (value.name === 'CallExpression') {
    const callee = value.firstChild ? sourceOf(value.firstChild, revision) : '';
    const [first, ...others] = argumentsIn(value, revision.text);
    if (/^(?:json|ujson|orjson)\.dumps$/.test(callee))
      return first && holdsQuote(first.value, revision) ? { at, words: 'A text in this JSON has a quote' } : null;
    if (callee === 'str' && first && others.length === 0) return originOf(first.value, revision, depth + 1, at);
    // what keeps the quotes that are there
    const on = value.firstChild?.name === 'MemberExpression' ? value.firstChild.firstChild : null;
    return on && /\.(?:strip|lstrip|rstrip|lower|upper|title|capitalize)$/.test(callee)
      ? originOf(on, revision, depth + 1, at)
      : null;
  }
  if (value.name === 'MemberExpression') {
    const on = value.firstChild;
    const name = value.getChild('PropertyName');
    const key = name ? sourceOf(name, revision) : (/\[\s*["'](\w+)["']\s*\]$/.exec(text)?.[1] ?? '');
    // of a part that only has a number nobody can say what it is
    if (!on || key === '' || plain.test(key) || on.name !== 'VariableName') return null;
    return bindingOf(on, revision)?.kind === 'item' && isOfRows(on, revision) ? ofRows(text) : null;
  }
  if (value.name !== 'VariableName' || plain.test(text)) return null;
  const binding = bindingOf(value, revision);
  if (!binding) return null;
  const known = binding.kind === 'value' ? originOf(binding.source, revision, depth + 1, at) : null;
  // `for id, name in rows`; one value of one row
  return known ?? (isOfRows(binding.source, revision) && !isWholeRow(value, revision) ? ofRows(text) : null);
}

/** Whether the variable is a row, of which parts are taken elsewhere: as text that is nothing sensible. */
const isWholeRow = (variable: SyntaxNode, revision: Revision): boolean =>
  new RegExp(`\\b${sourceOf(variable, revision)}(?:\\.\\w+\\b(?!\\()|\\[)`).test(revision.text);

/** Where the value of a variable was put in: the variable of the call that holds it, if it matters. */
function variableFrom(source: SyntaxNode, { start, end }: Span, revision: Revision): Origin | null {
  if (source.from >= start && source.to <= end) return null;
  let call: SyntaxNode | null = revision.tree.resolveInner(start, 1);
  while (call && call.to < end) call = call.parent;
  if (!call) return null;
  for (const name of namesFound(/[A-Za-z_]\w*/g, revision, call)) {
    if (name.name !== 'VariableName' || bindingOf(name, revision)?.source.from !== source.from) continue;
    const origin = originOf(name, revision);
    if (origin) return origin;
  }
  return null;
}

/** Whether a string of it has a quote: its own, or that of the literal that a variable holds. */
function holdsQuote(value: SyntaxNode, revision: Revision): boolean {
  const literal = value.name === 'VariableName' ? (bindingOf(value, revision)?.source ?? null) : value;
  let found = false;
  literal?.cursor().iterate(({ name, node }) => {
    if (name === 'String') found ||= stringValue(revision.text, [node])?.text.includes("'") ?? false;
    return !found;
  });
  return found;
}
