import type { Catalog } from '../../catalog/catalog.ts';
import type { EvaluatedOperation } from '../../sources/alembic/evaluate.ts';
import { typeCreation } from '../../sources/alembic/rewriting/enumFixes.ts';
import { enumOf } from '../../sources/alembic/types.ts';
import type { TextEdit } from '../../sources/source.ts';
import type { Edit } from '../rule.ts';
import { certainOperations, columnAdded, defineRevisionRule } from './revisionRule.ts';

export default defineRevisionRule({
  id: 'enum-type-not-created',
  severity: 'error',
  docs: {
    summary: 'add_column with an sa.Enum whose type nobody has created.',
    why: 'On PostgreSQL an enum is a type of its own. op.create_table() creates the types of its columns, op.add_column() does not: ALTER TABLE fails with "type … does not exist".',
    fine: 'The type is created by what the migrations do not show.',
    source: 'https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#sqlalchemy.dialects.postgresql.ENUM',
  },
  examples: [
    {
      before: 'op.execute("CREATE TABLE jobs (id bigint PRIMARY KEY)")',
      unsafe: `def upgrade():
    op.add_column("jobs", sa.Column("priority", sa.Enum("low", "high", name="job_priority")))


def downgrade():
    op.drop_column("jobs", "priority")
`,
      safe: `def upgrade():
    job_priority = sa.Enum("low", "high", name="job_priority")
    job_priority.create(op.get_bind(), checkfirst=True)
    op.add_column("jobs", sa.Column("priority", job_priority))


def downgrade():
    op.drop_column("jobs", "priority")
    sa.Enum(name="job_priority").drop(op.get_bind(), checkfirst=True)
`,
    },
  ],
  check({ revision, schemaBefore, report }) {
    const fn = revision.functions.find((f) => f.name === 'upgrade');
    if (!fn || fn.doubts.some((d) => d.ofSchema)) return;
    for (const { operation, at, holds } of certainOperations(fn, revision)) {
      const column = columnAdded(operation);
      const type = column?.args[1];
      const found = enumOf(type);
      const name = found?.key.slice(found.key.lastIndexOf('.') + 1);
      if (!column || !type || !found?.native || !name) continue;
      const earlier = fn.operations.slice(
        0,
        fn.operations.findIndex((o) => o.operation === operation),
      );
      const before = schemaBefore();
      if (!before || mayBeThere(name, before) || earlier.some((o) => mentionsType(name, o))) continue;
      const creation = holds(column.span)
        ? typeCreation(revision.text, revision.tree, at(operation.span), at(column.span))
        : null;
      report(
        at(type.span),
        `This fails: add_column creates no type, and there is none called ${name}.`,
        `Create it first: sa.Enum(…, name="${name}").create(op.get_bind(), checkfirst=True); and drop it in downgrade().`,
        creation ? [{ title: `Create the type ${name} first`, safe: false, edits: creation.map(asEdit) }] : [],
      );
    }
  },
});

const asEdit = ({ from, to, inserted }: TextEdit): Edit => ({ start: from, end: to, newText: inserted });

/** In whatever schema; a table is a type as well. */
function mayBeThere(name: string, { types, relations, doubts }: Catalog): boolean {
  const isCalled = (key: string): boolean => key.slice(key.lastIndexOf('.') + 1) === name;
  if (doubts.has('types') || doubts.has('origin')) return true;
  return [...types.keys(), ...relations.keys(), ...doubts.keys()].some(isCalled);
}

const mentionsType = (name: string, { statements }: EvaluatedOperation): boolean =>
  statements.some(({ text }) => text.includes(name) && /\btype\b|\bdo\b/i.test(text));
