import { columnTypeOf } from '../../sources/prisma/columnTypes.ts';
import type { Model, ModelField } from '../../sources/prisma/model.ts';
import type { Fix } from '../rule.ts';
import { defineModelRule, type ModelRuleContext } from './modelRule.ts';

const limits: Readonly<Record<string, string>> = { int2: '32,767', int4: '2,147,483,647' };

export default defineModelRule({
  id: 'counted-id-ends',
  severity: 'information',
  docs: {
    summary: 'An id that counts up in an Int, which has an end.',
    why: 'autoincrement() counts up, also for rows that are deleted or rolled back. Once the counter has passed the end of the type every create fails (2200H); and making the column wider then rewrites the table and its indexes under ACCESS EXCLUSIVE. BigInt costs four bytes a row and never ends.',
    fine: 'The table can only ever hold few rows, also counting those that come and go. (A BigInt is a bigint in TypeScript, which JSON.stringify refuses.)',
    source: 'https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL',
  },
  examples: [
    {
      unsafe: 'model Event {\n  id   Int    @id @default(autoincrement())\n  name String\n}',
      safe: 'model Event {\n  id   BigInt @id @default(autoincrement())\n  name String\n}',
    },
  ],
  model(model, context) {
    if (model.isView) return;
    for (const field of model.fields) {
      const limit = limits[columnTypeOf(field)?.name ?? ''];
      if (!limit || field.defaultKind !== 'autoincrement' || !isAloneId(model, field)) continue;
      context.report(
        model,
        field.member.type ?? field.member,
        `The id of ${model.name} counts up and ends at ${limit}: after that no row can be created.`,
        'Make it BigInt while the table is new: later that rewrites the table while nobody can use it.',
        widen(model, field, context),
      );
    }
  },
});

const isAloneId = ({ indexes }: Model, field: ModelField): boolean =>
  indexes.some(({ kind, fields }) => kind === 'id' && fields.length === 1 && fields[0]?.field === field);

/** The fields that refer to it would have to change at once. */
function widen(model: Model, field: ModelField, { schema }: ModelRuleContext): Fix[] {
  const isReferred = schema.models.some((other) =>
    other.fields.some((f) => f.kind === 'model' && f.type === model.name),
  );
  const { type, broken } = field.member;
  if (isReferred || field.native || !type || broken) return [];
  return [{ title: 'Make it BigInt', safe: false, edits: [{ start: type.start, end: type.end, newText: 'BigInt' }] }];
}
