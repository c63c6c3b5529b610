import { defaultName } from '../../catalog/tableElements.ts';
import type { Operation } from '../../sources/alembic/interpreter.ts';
import type { Revision } from '../../sources/alembic/revision.ts';
import { textOf, type Value } from '../../sources/alembic/values.ts';
import type { Span } from '../../syntax/tokens.ts';
import type { Edit, Fix } from '../rule.ts';
import { certainOperations, defineRevisionRule } from './revisionRule.ts';

export default defineRevisionRule({
  id: 'drop-constraint-without-name',
  severity: 'error',
  docs: {
    summary: 'drop_constraint(None, …): a constraint is to be dropped that has no name.',
    why: 'Alembic writes None where it does not know the name: Postgres gives the constraint one when it is created, but DROP CONSTRAINT needs it written. The revision that creates it runs, and the way back fails ("Can\'t emit DROP CONSTRAINT … it has no name").',
    fine: 'Never. A naming convention of the metadata may have a name for a primary key, and for others where it needs no column: of those nothing is said.',
    source: 'https://alembic.sqlalchemy.org/en/latest/naming.html',
  },
  examples: [
    {
      before:
        'op.execute("CREATE TABLE customers (id bigint PRIMARY KEY)")\nop.execute("CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint)")',
      unsafe: `def upgrade():
    op.create_foreign_key(None, "orders", "customers", ["customer_id"], ["id"])


def downgrade():
    op.drop_constraint(None, "orders", type_="foreignkey")
`,
      safe: `def upgrade():
    op.create_foreign_key("orders_customer_id_fkey", "orders", "customers", ["customer_id"], ["id"])


def downgrade():
    op.drop_constraint("orders_customer_id_fkey", "orders", type_="foreignkey")
`,
    },
    {
      before: 'op.execute("CREATE TABLE users (id bigint PRIMARY KEY, email text)")',
      unsafe: `def upgrade():
    with op.batch_alter_table("users") as batch_op:
        batch_op.create_unique_constraint(None, ["email"])


def downgrade():
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_constraint(None, type_="unique")
`,
      safe: `def upgrade():
    with op.batch_alter_table("users") as batch_op:
        batch_op.create_unique_constraint("users_email_key", ["email"])


def downgrade():
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_constraint("users_email_key", type_="unique")
`,
    },
  ],
  check({ revision, report }) {
    for (const fn of revision.functions)
      for (const { operation, at, holds } of certainOperations(fn, revision)) {
        if (operation.name !== 'drop_constraint') continue;
        const name = operation.keywords.get('constraint_name') ?? operation.args[0];
        const table = tableOf(operation, 1);
        if (name?.kind !== 'none' || table === null) continue;
        const type = argument(operation, 'type_', operation.batch ? 1 : 2);
        if (!fails(type, revision)) continue;
        report(
          at(name.span),
          `This fails: Alembic cannot drop a constraint of ${table} that it has no name for.`,
          'Name the constraint where it is created, and drop it by that name.',
          holds(name.span) ? fixOf(at(name.span), table, type, revision) : [],
        );
      }
  },
});

/** A naming convention may have a name for it. */
function fails(type: Value | undefined, { convention }: Revision): boolean {
  if (type === undefined || type.kind === 'none') return true;
  const kind = textOf(type);
  // a convention for primary keys needs no more than the table: it may stand in a file that is not here
  if (kind === null || kind === 'primary') return false;
  if (convention === null) return true;
  // the name of a foreign key takes its columns, which nobody gives
  const template = kind === 'foreignkey' && convention !== 'unknown' ? convention.get('fk') : undefined;
  return typeof template === 'string' && /column|constraint_name/.test(template);
}

const argument = ({ args, keywords }: Operation, name: string, place: number): Value | undefined =>
  keywords.get(name) ?? args[place];

const tableOf = (operation: Operation, place: number): string | null =>
  textOf(
    operation.batch
      ? (operation.batch.table ?? undefined)
      : (argument(operation, 'table_name', place) ?? operation.keywords.get('source_table')),
  );

/** Where the other function creates just one such constraint without a name: the name that Postgres gives it, in both. */
function fixOf(drop: Span, table: string, type: Value | undefined, revision: Revision): Fix[] {
  const kind = textOf(type) === 'foreignkey' ? 'foreign' : textOf(type) === 'unique' ? 'unique' : null;
  if (kind === null || revision.convention !== null) return [];
  const creates = kind === 'foreign' ? 'create_foreign_key' : 'create_unique_constraint';
  const unnamed = revision.functions.flatMap((fn) =>
    certainOperations(fn, revision).filter(
      ({ operation: o }) =>
        o.name === creates &&
        (o.keywords.get('constraint_name') ?? o.args[0])?.kind === 'none' &&
        tableOf(o, 1) === table,
    ),
  );
  const [creation, ...others] = unnamed;
  if (!creation || others.length > 0) return [];
  const { operation: create, at, holds } = creation;
  // in a batch, no table is named; a foreign key names the one that it refers to before its columns
  const place = (kind === 'foreign' ? 3 : 2) - (create.batch ? 1 : 0);
  const columns = argument(create, kind === 'foreign' ? 'local_cols' : 'columns', place);
  const names = columns?.kind === 'list' ? columns.items.map((c) => textOf(c)) : [null];
  if (names.includes(null)) return [];
  const name = defaultName(kind, table, names as string[]);
  const given = create.keywords.get('constraint_name') ?? create.args[0];
  if (name === null || !given || !holds(given.span)) return [];
  const places = [at(given.span), drop];
  if (!places.every(({ start, end }) => revision.text.slice(start, end) === 'None')) return [];
  const quote = /["']/.exec(revision.text.slice(at(create.span).start, at(create.span).end))?.[0] ?? '"';
  const edit = ({ start, end }: Span): Edit => ({ start, end, newText: `${quote}${name}${quote}` });
  return [{ title: `Name it ${name} in both functions, as Postgres does`, safe: false, edits: places.map(edit) }];
}
