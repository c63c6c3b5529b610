/** A table or column that gets another name in a migration, with all that Prisma names after it. */
import type { Relation } from '../../catalog/catalog.ts';
import { foreignKeyName } from '../../sources/prisma/indexes.ts';
import { joinTablesOf } from '../../sources/prisma/joinTables.ts';
import { type Declared, hasColumn, type Model, type ModelField } from '../../sources/prisma/model.ts';
import { type Attribute, argumentOf, attributeOf } from '../../sources/prisma/syntax.ts';
import { quoteIdentifier } from '../edits.ts';
import type { Edit, Fix } from '../rule.ts';
import type { ModelRuleContext } from './modelRule.ts';

/** Renames a column to what the field says. */
export function renameColumn(
  model: Model,
  table: Relation,
  from: string,
  field: ModelField,
  context: ModelRuleContext,
): Fix[] {
  const to = field.column;
  return inMigration(
    `Rename the column ${from} to ${to} in the next migration`,
    `rename_${table.name}_${from}_to_${to}`,
    [
      `ALTER TABLE ${qualified(model, table.name)} RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)}`,
      ...namesAfter(model, table, (column) => (column === from ? to : column), context),
    ],
    context,
  );
}

/** Renames a table to what the model says. */
export function renameTable(model: Model, table: Relation, context: ModelRuleContext): Fix[] {
  // the tables between lists are named after the model as well
  const isJoined = joinTablesOf(context.schema).some(
    ({ isNamed, sides }) => !isNamed && sides.some((side) => side.model === model),
  );
  if (isJoined) return [];
  return inMigration(
    `Rename the table ${table.name} to ${model.table} in the next migration`,
    `rename_${table.name}_to_${model.table}`,
    [
      `ALTER TABLE ${qualified(model, table.name)} RENAME TO ${quoteIdentifier(model.table)}`,
      ...namesAfter(model, table, (column) => column, context),
    ],
    context,
  );
}

function inMigration(title: string, name: string, statements: string[], { takesFollowUps }: ModelRuleContext): Fix[] {
  return takesFollowUps
    ? [
        {
          title,
          safe: false,
          edits: [],
          followUps: [{ name: name.toLowerCase(), statements, outsideTransaction: false }],
        },
      ]
    : [];
}

/**
 * What Prisma would rename next, since it names it after the table and its columns: keys, indexes, foreign keys.
 * @param renamed a column of the table → its name in the model
 */
function namesAfter(
  model: Model,
  table: Relation,
  renamed: (column: string) => string,
  { history }: ModelRuleContext,
): string[] {
  const own = qualified(model, model.table);
  const statements: string[] = [];
  const isTaken = (name: string): boolean => history?.relation(`${table.schema}.${name}`) !== undefined;
  for (const { kind, name, fields } of model.indexes) {
    const columns = fields.map(({ field }) => field.column).join();
    if (kind === 'id') {
      const key = table.constraints.find((constraint) => constraint.kind === 'primary');
      if (key?.name && key.name !== name && key.columns.map(renamed).join() === columns && !isTaken(name))
        statements.push(
          `ALTER TABLE ${own} RENAME CONSTRAINT ${quoteIdentifier(key.name)} TO ${quoteIdentifier(name)}`,
        );
      continue;
    }
    const same = table.indexes.flatMap((key) => {
      const index = history?.relation(key);
      const made = index?.index;
      const isSame =
        made?.constraint === null &&
        made.unique === (kind === 'unique') &&
        made.keys.map(({ column }) => (column === null ? '' : renamed(column))).join() === columns;
      return index && isSame ? [index] : [];
    });
    const [index] = same;
    if (index && same.length === 1 && index.name !== name && !isTaken(name))
      statements.push(`ALTER INDEX ${qualified(model, index.name)} RENAME TO ${quoteIdentifier(name)}`);
  }
  for (const relation of model.relations) {
    const name = foreignKeyName(model, relation);
    const columns = relation.fields.map(({ column }) => column).join();
    const same = table.constraints.filter(
      (constraint) => constraint.kind === 'foreign' && constraint.columns.map(renamed).join() === columns,
    );
    const [key] = same;
    if (key?.name && same.length === 1 && key.name !== name && !table.constraints.some((c) => c.name === name))
      statements.push(`ALTER TABLE ${own} RENAME CONSTRAINT ${quoteIdentifier(key.name)} TO ${quoteIdentifier(name)}`);
  }
  return statements;
}

const qualified = ({ databaseSchema }: Model, name: string): string =>
  `${databaseSchema === null ? '' : `${quoteIdentifier(databaseSchema)}.`}${quoteIdentifier(name)}`;

/** The name in `@map("…")` or `@@map("…")`, as it is to be; null where it is not written as a string. */
export function mapped(attribute: Attribute | undefined, name: string): Edit | null {
  const value = attribute && argumentOf(attribute, 'name', true);
  return value?.kind === 'string' ? { start: value.start, end: value.end, newText: JSON.stringify(name) } : null;
}

/** The `@@map` of a model or an enum. */
export const tableMap = ({ block }: Declared): Attribute | undefined =>
  block.members.flatMap(({ attributes }) => attributes).find(({ name, ofBlock }) => ofBlock && name === 'map');

/** The `@map` of a field that has a column. */
export const columnMap = (field: ModelField): Attribute | undefined =>
  hasColumn(field) ? attributeOf(field.member, 'map') : undefined;
