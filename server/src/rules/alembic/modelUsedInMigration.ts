import type { SyntaxNode } from '@lezer/common';
import { spanOf } from '../../sources/alembic/nodes.ts';
import type { Revision } from '../../sources/alembic/revision.ts';
import {
  argumentOf,
  callOn,
  functionAround,
  importsIn,
  isOfApplication,
  isRun,
  memberAsked,
  namesFound,
  sourceOf,
  usesOf,
  variableGiven,
} from './pythonCode.ts';
import { defineRevisionRule } from './revisionRule.ts';

const top = `from alembic import op
import sqlalchemy as sa
from sqlalchemy.orm import Session, declarative_base

`;

export default defineRevisionRule({
  id: 'model-used-in-migration',
  severity: 'information',
  docs: {
    summary: 'A migration queries or fills a table by the application’s model of it.',
    why: 'The model is imported as it is on the day that the migration runs. A query by it asks for every column that the model has: once a later migration adds one, this migration fails on each database that is set up anew, or catches up ("column … does not exist"). A model that is renamed or removed breaks it as well.',
    fine: 'Where the migration has run everywhere and is never run again, on no test database either.',
    source: 'https://docs.sqlalchemy.org/en/20/core/selectable.html#sqlalchemy.sql.expression.table',
  },
  examples: [
    {
      before: 'op.execute("CREATE TABLE users (id bigint PRIMARY KEY, name text)")',
      modules: {
        'shop_models.py': `import sqlalchemy as sa
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = sa.Column(sa.BigInteger(), primary_key=True)
    name = sa.Column(sa.Text())
    # a later migration adds it
    email = sa.Column(sa.Text())
`,
      },
      top: `${top}from shop_models import User

`,
      unsafe: `def upgrade():
    session = Session(bind=op.get_bind())
    for user in session.query(User):
        user.name = user.name.strip()
    session.commit()
`,
      safe: `users = sa.table("users", sa.column("id"), sa.column("name"))


def upgrade():
    op.execute(users.update().values(name=sa.func.btrim(users.c.name)))
`,
    },
  ],
  check({ revision, report }) {
    for (const [bound, imported] of importsIn(revision)) {
      if (!isOfApplication(imported)) continue;
      const said = new Set<string>();
      for (const name of namesFound(new RegExp(`\\b${bound.replaceAll('.', '\\.')}\\b`, 'g'), revision)) {
        if (name.name !== 'VariableName') continue;
        const model = modelOf(name, imported.name, revision);
        const called = model && sourceOf(model, revision);
        if (!model || !called || said.has(called) || !isUse(model, revision) || !isRun(model, revision)) continue;
        said.add(called);
        report(
          spanOf(model),
          `${called} is the application's model: what it gets later (columns, another name) is not there yet when this runs on a new database.`,
          'Write down the table as it is here: sa.table(…, sa.column(…)), or a class of the revision’s own.',
        );
      }
    }
  },
});

/** `User`, or `models.User` where a module is imported; null for what is no class by its name. */
function modelOf(name: SyntaxNode, imported: string | null, revision: Revision): SyntaxNode | null {
  const isClass = (word: string): boolean => /^[A-Z]\w*[a-z]/.test(word);
  if (imported !== null && isClass(imported)) return name;
  const member = memberAsked(name);
  return member && isClass(sourceOf(member, revision)) ? member.parent : null;
}

/** Whether rows are asked for by it, or made of it. */
function isUse(model: SyntaxNode, revision: Revision): boolean {
  const member = memberAsked(model);
  const asked = member ? sourceOf(member, revision) : '';
  if (asked === 'query' || asked === '__table__') return true;
  // `select(User)`, `select(User.name)`
  const given = argumentOf(member?.parent ?? model, revision);
  if (given && given.name === null && queries.test(given.callee)) return !choosesColumns(model, revision);
  const made = callOn(model);
  if (!made) return false;
  if (isNoted(made, revision)) return true;
  const variable = variableGiven(made, revision);
  return variable !== null && [...usesOf(made, variable, revision)].some((use) => isNoted(use, revision));
}

/** The author has seen to it. */
function choosesColumns(model: SyntaxNode, revision: Revision): boolean {
  let statement = model;
  while (statement.parent && !/^(?:Body|Script)$/.test(statement.parent.name)) statement = statement.parent;
  return /\b(?:load_only|with_entities)\b/.test(sourceOf(statement, revision));
}

const queries = /^(?:(?:\w+\.)*(?:query|aliased)|(?:sa\.|sqlalchemy\.|sqlmodel\.)?(?:select|insert|update|delete))$/;

/** Given to `session.add()` and the like. */
function isNoted(object: SyntaxNode, revision: Revision): boolean {
  const list = object.parent?.name === 'ArrayExpression' ? object.parent : object;
  const given = argumentOf(list, revision);
  return (
    given !== null && functionAround(object) !== null && /\.(?:add|add_all|merge|bulk_save_objects)$/.test(given.callee)
  );
}
