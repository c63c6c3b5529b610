import { columnOf, type TypeName } from '../../catalog/catalog.ts';
import { printType } from '../../catalog/names.ts';
import { columnTypeOf } from '../../sources/prisma/columnTypes.ts';
import { columnThing } from '../../sources/prisma/driftThings.ts';
import type { ModelField } from '../../sources/prisma/model.ts';
import { dropsColumn } from './columnCasts.ts';
import { tableKeyOf, tableOf } from './databaseTable.ts';
import { isBeingTyped } from './modelEdits.ts';
import { defineModelRule, type ModelRuleContext } from './modelRule.ts';
import { renamedEnum } from './renamedEnum.ts';

export default defineModelRule({
  id: 'type-change-drops-column',
  severity: 'warning',
  ofDrift: true,
  docs: {
    summary:
      'A field whose type is another than its column has in the migrations, where Prisma drops the column for that.',
    why: 'Between some types Prisma writes ALTER COLUMN … TYPE, which keeps the values. Between others (text to a number, uuid, jsonb, a time, an enum or a list) it writes DROP COLUMN and ADD COLUMN: all values are gone.',
    fine: 'The values are not needed.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html',
  },
  examples: [
    {
      before: 'model Order {\n  id     BigInt  @id\n  amount String?\n}',
      unsafe: 'model Order {\n  id     BigInt @id\n  amount Int?\n}',
      safe: 'model Order {\n  id           BigInt  @id\n  amount       String?\n  amountNumber Int?\n}',
    },
    {
      before: 'model Order {\n  id     BigInt  @id\n  status String?\n}\n\nenum Status {\n  NEW\n  PAID\n}',
      unsafe: 'model Order {\n  id     BigInt  @id\n  status Status?\n}\n\nenum Status {\n  NEW\n  PAID\n}',
      safe: 'model Order {\n  id     BigInt  @id\n  status String?\n}\n\nenum Status {\n  NEW\n  PAID\n}',
    },
  ],
  model(model, context) {
    const table = tableOf(model, context.history);
    if (!table?.complete || table.kind !== 'table' || model.isView || model.inDoubt || isBeingTyped(model)) return;
    for (const field of model.fields) {
      const column = columnOf(table, field.column);
      if (!column?.type || column.generated !== null || !isDropped(column.type, field, context)) continue;
      // enum-rename-drops-columns tells of it
      const type = context.schema.enums.find(({ name }) => field.kind === 'enum' && name === field.type);
      if (type && renamedEnum(type, context)) continue;
      context.report(
        model,
        field.member.type ?? field.member,
        `The next migration drops ${table.name}.${field.column} with its values: Prisma does not turn ${printType(column.type)} into ${wanted(field, context)}.`,
        'Write ALTER COLUMN … TYPE … USING in the migration yourself, or add a new field and fill it from the old one.',
        [],
        { tells: [columnThing(tableKeyOf(model), field.column)] },
      );
    }
  },
});

/** An enum stays only what it is. */
function isDropped(from: TypeName, field: ModelField, context: ModelRuleContext): boolean {
  const isEnum = isEnumType(from, context);
  if (field.kind === 'enum') {
    const to = enumName(field, context);
    if (isEnum) return to !== undefined && from.name !== to;
    return from.schema === null && dropsColumn(from, from) !== null;
  }
  const to = columnTypeOf(field);
  if (!to) return false;
  return isEnum ? dropsColumn(to, to) !== null : from.schema === null && dropsColumn(from, to) === true;
}

const isEnumType = ({ schema, name }: TypeName, { history }: ModelRuleContext): boolean =>
  history?.type(`${schema ?? 'public'}.${name}`)?.kind === 'enum';

const enumName = ({ type }: ModelField, { schema }: ModelRuleContext): string | undefined =>
  schema.enums.find(({ name }) => name === type)?.type;

function wanted(field: ModelField, context: ModelRuleContext): string {
  const type = columnTypeOf(field);
  return type ? printType(type) : `the enum ${enumName(field, context) ?? field.type}`;
}
