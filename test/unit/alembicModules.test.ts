/** Alembic revisions and the project around them: modules that they import, the naming convention of env.py. */
import assert from 'node:assert/strict';
import { parser as python } from '@lezer/python';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import { conventionFor } from '../../server/src/sources/alembic/environment.ts';
import { evaluateRevision } from '../../server/src/sources/alembic/evaluate.ts';
import { importedModules } from '../../server/src/sources/alembic/importedModules.ts';
import { ProjectModules } from '../../server/src/sources/alembic/projectModules.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { parser } from '../harness/parser.ts';

const uri = 'file:///p/app/migrations/versions/1.py';

const revision = (imports: string, body: string): string =>
  `from alembic import op\nimport sqlalchemy as sa\n${imports}\nrevision = "1"\ndown_revision = None\n\n\ndef upgrade():\n    ${body}\n`;

/** What upgrade() of a revision runs, and the text of what is not known. */
function run(text: string, files: Readonly<Record<string, string>>): { sql: string[]; doubts: string[] } {
  const modules = new ProjectModules(new Map(Object.entries(files).map(([f, t]) => [`file:///p/${f}`, t])));
  const around = { uri, modules, convention: conventionFor(uri, modules) };
  const [upgrade] = evaluateRevision(text, python.parse(text), around);
  return {
    sql: upgrade?.operations.flatMap((o) => o.statements.map((s) => s.text)) ?? [],
    doubts: upgrade?.doubts.map((d) => text.slice(d.span.start, d.span.end)) ?? [],
  };
}

const add = (type: string): string => `op.add_column("t", sa.Column("a", ${type}))`;

describe('Revisions follow names into the project', () => {
  const types = `import enum
from sqlalchemy import types as t
from .base import Base

SIZE = 20


class Money(t.TypeDecorator):
    impl = t.Numeric(12, 2)


class Code(t.TypeDecorator):
    impl = t.String

    def __init__(self):
        super().__init__(length=SIZE)


class Own(t.UserDefinedType):
    def get_col_spec(self):
        return "GEOMETRY"


class Unsure(t.TypeDecorator):
    impl = t.String

    def load_dialect_impl(self, dialect):
        return choose(dialect)


class Checked(t.TypeDecorator, t.SchemaType):
    impl = t.SmallInteger


class Size(str, enum.Enum):
    SMALL = "s"
    LARGE = "l"


class Derived(Base):
    pass


def timestamps(op, table):
    op.add_column(table, sa.Column("at", sa.DateTime()))


def quote(name):
    return f'"{name}"'
`.replace('from sqlalchemy import types as t', 'from sqlalchemy import types as t\nimport sqlalchemy as sa');
  const files = {
    'app/__init__.py': '',
    'app/types.py': types,
    'app/base.py': 'from sqlalchemy.dialects.postgresql import UUID\n\n\nclass Base(UUID):\n    pass\n',
    'app/shown.py': 'from app.types import *\nfrom app.types import Money as Amount\n',
    'app/first.py': 'from app.second import x\n',
    'app/second.py': 'from app.first import x\n',
    'app/migrations/__init__.py': '',
  };
  const cases: readonly (readonly [what: string, imports: string, body: string, sql: string[], doubts?: string[]])[] = [
    ['a type', 'from app.types import Money', add('Money()'), ['ALTER TABLE t ADD COLUMN a NUMERIC(12, 2)']],
    ['a type as a class', 'from app.types import Code', add('Code'), ['ALTER TABLE t ADD COLUMN a VARCHAR(20)']],
    ['a type in a module', 'import app.types', add('app.types.Own()'), ['ALTER TABLE t ADD COLUMN a GEOMETRY']],
    ['a relative import', 'from ...types import Derived', add('Derived()'), ['ALTER TABLE t ADD COLUMN a UUID']],
    [
      'a name that is handed on',
      'from app.shown import Amount',
      add('Amount'),
      ['ALTER TABLE t ADD COLUMN a NUMERIC(12, 2)'],
    ],
    ['all names of a module', 'from app.shown import Own', add('Own'), ['ALTER TABLE t ADD COLUMN a GEOMETRY']],
    [
      'an enum',
      'from app.types import Size',
      add('sa.Enum(Size, native_enum=False, values_callable=lambda e: [m.value for m in e])'),
      ['ALTER TABLE t ADD COLUMN a VARCHAR(1)'],
    ],
    ['a constant', 'from app.types import SIZE', add('sa.String(SIZE)'), ['ALTER TABLE t ADD COLUMN a VARCHAR(20)']],
    [
      'a function that is given op',
      'from app.types import timestamps',
      'timestamps(op, "t")',
      ['ALTER TABLE t ADD COLUMN at TIMESTAMP WITHOUT TIME ZONE'],
    ],
    ['a function of text', 'from app.types import quote', 'op.execute("DROP TABLE " + quote("a"))', ['DROP TABLE "a"']],
    [
      'a type that is not sure',
      'from app.types import Unsure',
      add('Unsure()'),
      ['ALTER TABLE t ADD COLUMN a {{ }}'],
      ['Unsure()'],
    ],
    [
      'a type that may add checks to its table',
      'from app.types import Checked',
      add('Checked()'),
      ['ALTER TABLE t ADD COLUMN a {{ }}'],
      ['Checked()', 'Checked()'],
    ],
    [
      'modules that import each other',
      'from app.first import x',
      add('x'),
      ['ALTER TABLE t ADD COLUMN a {{ }}'],
      ['x'],
    ],
    [
      'what is not there',
      'from app.gone import Money',
      add('Money()'),
      ['ALTER TABLE t ADD COLUMN a {{ }}'],
      ['Money()'],
    ],
  ];
  for (const [what, imports, body, sql, doubts = []] of cases)
    it(what, () => assert.deepEqual(run(revision(`${imports}\n`, body), files), { sql, doubts }));

  it('where two files may be meant, neither is taken', () => {
    const twice = { ...files, 'app/migrations/versions/app/types.py': types };
    assert.deepEqual(run(revision('from app.types import Money\n', add('Money()')), twice).doubts, ['Money()']);
  });

  it('what code of other files does stands at the call', () => {
    const text = revision('from app.types import timestamps\n', 'timestamps(op, "t")');
    const modules = new ProjectModules(new Map([['file:///p/app/types.py', types]]));
    const [upgrade] = evaluateRevision(text, python.parse(text), { uri, modules, convention: null });
    const span = upgrade?.operations[0]?.operation.span;
    assert.equal(text.slice(span?.start, span?.end), 'timestamps(op, "t")');
  });

  it('a name is looked for once in each of many modules that import all of each other', () => {
    const names = Array.from({ length: 8 }, (_, i) => `m${i}`);
    const text = names.map((m) => `from app.${m} import *\n`).join('');
    let asked = 0;
    class Counting extends ProjectModules {
      override scopeOf(of: string): ReturnType<ProjectModules['scopeOf']> {
        asked++;
        return super.scopeOf(of);
      }
    }
    const modules = new Counting(new Map(names.map((m) => [`file:///p/app/${m}.py`, text])));
    const asking = revision('from app.m0 import Missing\n', add('Missing()'));
    const [upgrade] = evaluateRevision(asking, python.parse(asking), { uri, modules, convention: null });
    assert.equal(upgrade?.doubts.length, 1);
    assert.ok(asked < 2_000, `${asked} look-ups`);
  });

  it('only the files that are needed are kept', () => {
    const texts = new Map(Object.entries(files).map(([f, t]) => [`file:///p/${f}`, t]));
    const used = importedModules([{ uri, text: revision('from app.shown import Amount\n', add('Amount')) }], texts);
    assert.deepEqual(
      [...used.keys()]
        .filter((f) => f.includes('/app/first') || f.includes('/app/shown') || f.includes('/app/types'))
        .sort(),
      ['file:///p/app/shown.py', 'file:///p/app/types.py'],
    );
  });
});

describe("The application's naming convention", () => {
  const body = 'op.create_unique_constraint(None, "t", ["a", "b"])';
  const named = (env: string, models = ''): { sql: string[]; doubts: string[] } =>
    run(revision('', body), { 'app/__init__.py': '', 'app/migrations/env.py': env, 'app/models.py': models });
  const convention = '{"uq": "uq_%(table_name)s_%(column_0_N_name)s"}';
  const unnamed = { sql: ['ALTER TABLE t ADD UNIQUE (a, b)'], doubts: [] };
  const withName = { sql: ['ALTER TABLE t ADD CONSTRAINT uq_t_a_b UNIQUE (a, b)'], doubts: [] };
  const configure =
    'from alembic import context\nfrom app import models\n\n\ndef run():\n    context.configure(target_metadata=target_metadata)\n';

  it('none without env.py', () => assert.deepEqual(run(revision('', body), {}), unnamed));
  it('none in env.py', () => assert.deepEqual(named(`${configure}target_metadata = None\n`), unnamed));
  it('of metadata in env.py', () =>
    assert.deepEqual(
      named(`import sqlalchemy as sa\n${configure}target_metadata = sa.MetaData(naming_convention=${convention})\n`),
      withName,
    ));
  it('of a base of models', () =>
    assert.deepEqual(
      named(
        `${configure}target_metadata = models.Base.metadata\n`,
        `from sqlalchemy import MetaData\nfrom sqlalchemy.orm import DeclarativeBase\n\nnames = ${convention}\n\n\nclass Base(DeclarativeBase):\n    metadata = MetaData(naming_convention=names)\n`,
      ),
      withName,
    ));
  it('assigned', () =>
    assert.deepEqual(
      named(`${configure}target_metadata = models.Base.metadata\ntarget_metadata.naming_convention = ${convention}\n`),
      withName,
    ));
  it('not known, where a file has one and nobody knows whether it is that', () => {
    const files = `${configure}target_metadata = models.metadata()\n`;
    const { sql, doubts } = named(files, `naming_convention = ${convention}\n`);
    assert.deepEqual(sql, unnamed.sql);
    assert.equal(doubts.length, 1);
  });
  it('not known, where a file has one and nobody knows whether it is that: of a test, or of something else, it is not', () => {
    const env = `${configure}target_metadata = models.metadata()\n`;
    assert.deepEqual(
      named(env, 'class Reader:\n    def __init__(self, n):\n        self.naming_convention = n\n'),
      unnamed,
    );
    const files = { 'app/tests/conftest.py': `metadata = MetaData(naming_convention=${convention})\n` };
    assert.deepEqual(run(revision('', body), { ...files, 'app/migrations/env.py': env }), unnamed);
  });
  const flask = `from alembic import context\nfrom flask import current_app\n\n\ndef run():\n    context.configure(target_metadata=current_app.extensions["migrate"].db.metadata)\n`;
  it("of Flask-Migrate: the application's only one", () => {
    const db = `from flask_sqlalchemy import SQLAlchemy\nfrom sqlalchemy import MetaData\n\ndb = SQLAlchemy(metadata=MetaData(naming_convention=${convention}))\n`;
    assert.deepEqual(named(flask, db), withName);
    assert.deepEqual(named(flask, `db = make()\ndb.Model.metadata.naming_convention = ${convention}\n`), withName);
    assert.deepEqual(named(flask, 'db = make()\n'), unnamed);
  });
  it('of Flask-Migrate: not known, where there are two', () => {
    const two = `a = MetaData(naming_convention=${convention})\nb = MetaData(naming_convention={})\n`;
    assert.equal(named(flask, two).doubts.length, 1);
  });
  it('with tokens that functions make', () => {
    const index = 'op.create_index(None, "t", ["a", "b"], unique=True)';
    const names = `{"ix": "ix_%(kind)s%(table_name)s_%(columns)s", "kind": kind, "columns": lambda c, t: "_".join(column.name for column in c.columns)}`;
    const of = (kind: string): string =>
      `from sqlalchemy import MetaData\n\n\ndef kind(constraint, table):\n    return ${kind}\n\n\nmetadata = MetaData(naming_convention=${names})\n`;
    const made = (kind: string) =>
      run(revision('', index), { 'app/__init__.py': '', 'app/migrations/env.py': flask, 'app/models.py': of(kind) });
    assert.deepEqual(made("'uq_' if constraint.unique else ''"), {
      sql: ['CREATE UNIQUE INDEX ix_uq_t_a_b ON t (a, b)'],
      doubts: [],
    });
    assert.equal(made('ask(table)').doubts.length, 1);
  });
  it('none, where no file has one', () =>
    assert.deepEqual(named(`${configure}target_metadata = models.metadata()\n`, ''), unnamed));
  it('op.f keeps a name as it is', () => {
    const check = 'op.create_check_constraint(op.f("c"), "t", "a > 0")';
    const env = `import sqlalchemy as sa\nfrom alembic import context\ncontext.configure(target_metadata=sa.MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"}))\n`;
    const files = { 'app/migrations/env.py': env };
    assert.deepEqual(run(revision('', check), files).sql, ['ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)']);
    const plain = check.replace('op.f("c")', '"c"');
    assert.deepEqual(run(revision('', plain), files).sql, ['ALTER TABLE t ADD CONSTRAINT ck_t_c CHECK (a > 0)']);
  });
});

describe('A workspace reads revisions with what they import', () => {
  it('again when that has changed', async () => {
    const file = 'file:///p/versions/1.py';
    const files: Record<string, string> = {
      [file]: revision('from app.types import SIZE\n', add('sa.String(SIZE)')),
      'file:///p/app/types.py': 'SIZE = 20\n',
      'file:///p/app/other.py': 'x = 1\n',
    };
    const sql = (workspace: Workspace): string[] =>
      workspace.get(file)?.pieces.map((p) => p.sql.slice(0, p.sql.length)) ?? [];
    const fileSystem = { list: async () => Object.keys(files), read: async (u: string) => files[u] ?? null };
    const workspace = new Workspace(parser, fileSystem, defaultConfiguration);
    await workspace.scan(['file:///p']);
    assert.deepEqual(sql(workspace), ['ALTER TABLE t ADD COLUMN a VARCHAR(20)']);
    files['file:///p/app/types.py'] = 'SIZE = 30\n';
    await workspace.scan(['file:///p']);
    assert.deepEqual(sql(workspace), ['ALTER TABLE t ADD COLUMN a VARCHAR(30)']);
  });
});
