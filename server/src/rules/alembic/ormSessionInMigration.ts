import { spanOf } from '../../sources/alembic/nodes.ts';
import { changedRow, sessionsIn } from './connections.ts';
import { functionAround, isRun, usesOf, variableGiven } from './pythonCode.ts';
import { defineRevisionRule } from './revisionRule.ts';

const models = `from alembic import op
import sqlalchemy as sa
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = sa.Column(sa.BigInteger(), primary_key=True)
    name = sa.Column(sa.Text())

`;

export default defineRevisionRule({
  id: 'orm-session-in-migration',
  severity: 'hint',
  ofNewMigrations: true,
  docs: {
    summary: 'A session of SQLAlchemy’s ORM in a migration.',
    why: 'The objects that a session loads are rows that have to fit into memory, and each one that is changed costs an UPDATE of its own, in one transaction that keeps all their locks until it ends. With `alembic upgrade --sql` there is no database to ask: it fails at the first query.',
    fine: 'Where Python has to work out the new values (hashes, encryption), for tables that are small.',
    source: 'https://docs.sqlalchemy.org/en/20/orm/queryguide/dml.html#orm-enabled-insert-update-and-delete-statements',
  },
  examples: [
    {
      before:
        'op.execute("CREATE TABLE users (id bigint PRIMARY KEY, name text)")\nop.execute("INSERT INTO users SELECT i, \'A\' FROM generate_series(1, 3) i")',
      top: models,
      unsafe: `def upgrade():
    session = Session(bind=op.get_bind())
    for user in session.query(User):
        user.name = user.name.lower()
    session.commit()
`,
      safe: `def upgrade():
    op.execute("UPDATE users SET name = lower(name)")
`,
    },
  ],
  check({ revision, report }) {
    if (/\b(?:is_offline_mode|as_sql)\b/.test(revision.text)) return;
    const said = new Set<number>();
    for (const call of sessionsIn(revision)) {
      const fn = functionAround(call);
      const variable = variableGiven(call, revision);
      if (!fn || variable === null || said.has(fn.from) || !isRun(call, revision)) continue;
      const uses = [...usesOf(call, variable, revision)];
      if (uses.length === 0) continue;
      said.add(fn.from);
      report(
        spanOf(call),
        uses.some((use) => changedRow(use, revision))
          ? 'Each row that this session changes costs an UPDATE of its own, and alembic upgrade --sql cannot do this.'
          : 'alembic upgrade --sql cannot do what a session does.',
        'Where SQL can say it, one UPDATE or INSERT … SELECT by op.execute() does it all.',
      );
    }
  },
});
