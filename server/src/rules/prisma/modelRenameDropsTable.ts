import { type Relation, relationKey } from '../../catalog/catalog.ts';
import { hasColumn, type Model } from '../../sources/prisma/model.ts';
import type { Fix } from '../rule.ts';
import { tableKeyOf, tableOf } from './databaseTable.ts';
import { addToModel, isBeingTyped } from './modelEdits.ts';
import { defineModelRule, type ModelRuleContext } from './modelRule.ts';
import { mapped, renameTable, tableMap } from './renameInDatabase.ts';

export default defineModelRule({
  id: 'model-rename-drops-table',
  severity: 'warning',
  ofDrift: true,
  docs: {
    summary: 'A model that the migrations do not know, with the very columns of a table that no model has any more.',
    why: 'Prisma compares names. To it a renamed model, or another name in @@map, is a table that is gone and one that is new: the next migration drops the table with all its rows and creates an empty one.',
    fine: 'The old table is to go, with its rows.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html',
  },
  examples: [
    {
      before: 'model User {\n  id    BigInt @id\n  name  String?\n  email String\n}',
      unsafe: 'model Account {\n  id    BigInt @id\n  name  String?\n  email String\n}',
      safe: 'model Account {\n  id    BigInt @id\n  name  String?\n  email String\n\n  @@map("User")\n}',
    },
    {
      before: 'model User {\n  id    BigInt @id\n  name  String?\n  email String\n}',
      unsafe: 'model User {\n  id    BigInt @id\n  name  String?\n  email String\n\n  @@map("accounts")\n}',
      safe: 'model User {\n  id    BigInt @id\n  name  String?\n  email String\n\n  @@map("User")\n}',
    },
  ],
  model(model, context) {
    const { history, schema } = context;
    if (!history || model.isView || model.inDoubt || tableOf(model, history)) return;
    const columns = model.fields.filter(hasColumn).map(({ column }) => column);
    if (columns.length < 3 || isBeingTyped(model)) return;
    const namespace = model.databaseSchema ?? 'public';
    const same = leftTables(namespace, context).filter((table) => haveSame(table, columns));
    const [table] = same;
    const rivals = schema.models.filter(
      (other) => !tableOf(other, history) && table && haveSame(table, columnsOf(other)),
    );
    if (!table || same.length !== 1 || rivals.length !== 1) return;
    context.report(
      model,
      model.block.name ?? { start: model.block.head, end: model.block.close },
      `The next migration drops the table ${table.name} with its rows and creates an empty ${model.table}: Prisma does not see that a model was renamed.`,
      `If it is the same table: @@map("${table.name}") keeps it; or write ALTER TABLE … RENAME TO in the migration yourself.`,
      [...keepTable(model, table.name), ...renameTable(model, table, context)],
      { tells: [tableKeyOf(model), relationKey(namespace, table.name)] },
    );
  },
});

function keepTable(model: Model, table: string): Fix[] {
  const map = tableMap(model);
  const written = `@@map(${JSON.stringify(table)})`;
  const edit = map ? mapped(map, table) : addToModel(model, written);
  return edit ? [{ title: `It is the same table: ${written}`, safe: false, edits: [edit] }] : [];
}

const columnsOf = (model: Model): string[] => model.fields.filter(hasColumn).map(({ column }) => column);

/** Tables of the migrations that no model stands for. */
const leftTables = (namespace: string, { history, schema }: ModelRuleContext): Relation[] =>
  (history?.contentsOf(namespace).relations ?? []).flatMap((key) => {
    const table = history?.relation(key);
    const isOrdinary = table?.complete && table.kind === 'table' && table.partitionOf === null && !table.temporary;
    return isOrdinary && !schema.models.some((model) => tableOf(model, history) === table) ? [table] : [];
  });

const haveSame = (table: Relation, columns: readonly string[]): boolean =>
  table.columns.length === columns.length && table.columns.every(({ name }) => columns.includes(name));
