import type { SyntaxNode } from '@lezer/common';
import type { Revision } from '../../sources/alembic/revision.ts';
import { indentBefore } from '../../sources/alembic/rewriting/callText.ts';
import type { Fix } from '../rule.ts';
import { changedRow, methodOf, sessionsIn } from './connections.ts';
import { isRun, usesOf, variableGiven } from './pythonCode.ts';
import { defineRevisionRule } from './revisionRule.ts';

export default defineRevisionRule({
  id: 'session-not-flushed',
  severity: 'warning',
  docs: {
    summary: 'Objects are given to an ORM session that is never flushed or committed afterwards.',
    why: 'session.add() and session.delete() only note what is to be done. It is written by flush(), commit() or the next query; a session that is thrown away before writes nothing, and Alembic commits the migration as if all was well.',
    fine: 'Never.',
    source: 'https://docs.sqlalchemy.org/en/20/orm/session_basics.html#flushing',
  },
  examples: [
    {
      before: 'op.execute("CREATE TABLE roles (id bigint PRIMARY KEY, name text)")',
      top: `from alembic import op
import sqlalchemy as sa
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class Role(Base):
    __tablename__ = "roles"
    id = sa.Column(sa.BigInteger(), primary_key=True)
    name = sa.Column(sa.Text())

`,
      unsafe: `def upgrade():
    session = Session(bind=op.get_bind())
    session.add(Role(id=1, name="admin"))
`,
      safe: `def upgrade():
    session = Session(bind=op.get_bind())
    session.add(Role(id=1, name="admin"))
    session.flush()
`,
    },
    {
      before:
        'op.execute("CREATE TABLE roles (id bigint PRIMARY KEY, name text)")\nop.execute("INSERT INTO roles VALUES (1, \'Admin\')")',
      top: `from alembic import op
import sqlalchemy as sa
from sqlalchemy.orm import declarative_base, sessionmaker

Base = declarative_base()


class Role(Base):
    __tablename__ = "roles"
    id = sa.Column(sa.BigInteger(), primary_key=True)
    name = sa.Column(sa.Text())

`,
      unsafe: `def upgrade():
    session = sessionmaker()(bind=op.get_bind())
    for role in session.query(Role):
        role.name = role.name.lower()
`,
      safe: `def upgrade():
    session = sessionmaker()(bind=op.get_bind())
    for role in session.query(Role):
        role.name = role.name.lower()
    session.commit()
`,
    },
  ],
  check({ revision, report }) {
    for (const call of sessionsIn(revision)) {
      const variable = variableGiven(call, revision);
      if (variable === null || !isRun(call, revision)) continue;
      if (/\bautoflush\b|\bautocommit\b|\bevent\b/.test(revision.text)) continue;
      const uses = [...usesOf(call, variable, revision)];
      const methods = uses.map((use) => methodOf(use, revision));
      // begin() commits at the end of its block; what the session is given to may do anything
      if (!methods.every((m) => notes.has(m) || flushes.has(m) || neither.has(m))) continue;
      const given = uses.filter((_, i) => notes.has(methods[i] as string)).map(noteOf);
      const changed = uses.flatMap((use) => changedRow(use, revision) ?? []);
      const last = [...given, ...changed].sort((a, b) => a.from - b.from).at(-1);
      if (!last) continue;
      const flushed = uses.some(
        (use, i) => flushes.has(methods[i] as string) && (use.from > last.from || isInOneLoop(use, last)),
      );
      if (flushed) continue;
      report(
        { start: last.from, end: last.to },
        `This is not written: behind it, ${variable} is neither flushed nor committed.`,
        `Call ${variable}.flush() at the end: Alembic commits it with the migration.`,
        flushFix(last, variable, revision),
      );
    }
  },
});

/** Methods that only note what is to be done. */
const notes = new Set(['add', 'add_all', 'delete', 'merge']);
/** Methods that write what was noted. */
const flushes = new Set(['flush', 'commit', 'query', 'execute', 'scalar', 'scalars', 'get']);
const neither = new Set(['close', 'expunge', 'expunge_all']);

/** `session.add` of a use of the session. */
const noteOf = (use: SyntaxNode): SyntaxNode => use.parent ?? use;

/** Whether one runs again behind the other: what a `for` goes through is asked for once. */
function isInOneLoop(a: SyntaxNode, b: SyntaxNode): boolean {
  for (let at: SyntaxNode | null = b; at; at = at.parent) {
    const repeats = at.name === 'WhileStatement' || (at.name === 'Body' && at.parent?.name === 'ForStatement');
    if (repeats && at.from <= a.from && a.to <= at.to) return true;
  }
  return false;
}

/** Behind the statement where it is the function's own. */
function flushFix(call: SyntaxNode, variable: string, { text }: Revision): Fix[] {
  let statement: SyntaxNode = call;
  while (statement.parent && statement.parent.name !== 'FunctionDefinition' && statement.parent.name !== 'Script') {
    if (statement.parent.name === 'Body' && statement.parent.parent?.name === 'FunctionDefinition') break;
    statement = statement.parent;
  }
  const indent = indentBefore(statement.from, text);
  // a session of `with` is closed behind its block
  if (indent === null || statement.name === 'WithStatement' || statement.parent?.name !== 'Body') return [];
  const end = statement.from + text.slice(statement.from, statement.to).trimEnd().length;
  const at = end + (/^[^\r\n]*/.exec(text.slice(end))?.[0].length ?? 0);
  const newText = `\n${indent}${variable}.flush()`;
  return [{ title: `Flush ${variable}`, safe: false, edits: [{ start: at, end: at, newText }] }];
}
