import { defaultName } from '../../catalog/tableElements.ts';
import type { Operation } from '../../sources/alembic/interpreter.ts';
import { textOf, type Value } from '../../sources/alembic/values.ts';
import { certainOperations, defineRevisionRule } from './revisionRule.ts';

export default defineRevisionRule({
  id: 'constraint-without-name',
  severity: 'hint',
  ofNewMigrations: true,
  docs: {
    summary: 'A constraint is created with None as its name, and no naming convention gives it one.',
    why: 'Postgres gives it a name then, but op.drop_constraint() needs it written: whoever drops it has to find out what it is called, and it may be called otherwise where the usual name was taken.',
    fine: 'Where it is never dropped.',
    source: 'https://alembic.sqlalchemy.org/en/latest/naming.html',
  },
  examples: [
    {
      before:
        'op.execute("CREATE TABLE customers (id bigint PRIMARY KEY)")\nop.execute("CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint)")',
      unsafe: `def upgrade():
    op.create_foreign_key(None, "orders", "customers", ["customer_id"], ["id"])
`,
      safe: `def upgrade():
    op.create_foreign_key("orders_customer_id_fkey", "orders", "customers", ["customer_id"], ["id"])
`,
    },
    {
      before: 'op.execute("CREATE TABLE users (id bigint PRIMARY KEY, email text)")',
      unsafe: `def upgrade():
    with op.batch_alter_table("users") as batch_op:
        batch_op.create_unique_constraint(None, ["email"])
`,
      safe: `def upgrade():
    with op.batch_alter_table("users") as batch_op:
        batch_op.create_unique_constraint("users_email_key", ["email"])
`,
    },
  ],
  check({ revision, report }) {
    if (revision.convention !== null) return;
    const all = revision.functions.flatMap((fn) =>
      fn.operations.flatMap(({ operation: o }) => (o.name === 'drop_constraint' || kinds[o.name] ? o : [])),
    );
    if (!all.some((o) => kinds[o.name] && nameOf(o)?.kind === 'none')) return;
    // that it cannot work is said there, with what helps
    if (all.some((o) => o.name === 'drop_constraint' && nameOf(o)?.kind === 'none')) return;
    const names = new Set(all.map((o) => textOf(nameOf(o)) ?? ''));
    for (const fn of revision.functions)
      for (const { operation, at, holds } of certainOperations(fn, revision)) {
        const kind = kinds[operation.name];
        const given = kind ? nameOf(operation) : undefined;
        if (!kind || given?.kind !== 'none' || !holds(given.span)) continue;
        const name = usualName(operation, kind);
        // who drops it knows
        if (name === null || names.has(name)) continue;
        const place = at(given.span);
        const { text } = revision;
        const quote = /["']/.exec(text.slice(at(operation.span).start, at(operation.span).end))?.[0] ?? '"';
        const newText = `${quote}${name}${quote}`;
        report(
          place,
          `The constraint gets its name from Postgres: ${name}, unless that is taken. drop_constraint() has to know it.`,
          'Give it a name here, or have a naming convention in the metadata.',
          text.slice(place.start, place.end) === 'None'
            ? [{ title: `Name it ${name}, as Postgres does`, safe: false, edits: [{ ...place, newText }] }]
            : [],
        );
      }
  },
});

const kinds: Readonly<Record<string, 'foreign' | 'unique' | undefined>> = {
  create_foreign_key: 'foreign',
  create_unique_constraint: 'unique',
};

const nameOf = ({ args, keywords }: Operation): Value | undefined => keywords.get('constraint_name') ?? args[0];

/** What Postgres calls it where nothing else is called so; null where its columns are not known. */
function usualName({ args, keywords, batch }: Operation, kind: 'foreign' | 'unique'): string | null {
  const [tableKey, columnsKey] = kind === 'foreign' ? ['source_table', 'local_cols'] : ['table_name', 'columns'];
  const table = textOf(batch ? (batch.table ?? undefined) : (keywords.get(tableKey) ?? args[1]));
  // in a batch no table is named; a foreign key names the one that it refers to before its columns
  const columns = keywords.get(columnsKey) ?? args[(kind === 'foreign' ? 3 : 2) - (batch ? 1 : 0)];
  const names = columns?.kind === 'list' ? columns.items.map((c) => textOf(c)) : [null];
  return table === null || names.includes(null) ? null : defaultName(kind, table, names as string[]);
}
