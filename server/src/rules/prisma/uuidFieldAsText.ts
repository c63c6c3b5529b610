import { columnTypeOf } from '../../sources/prisma/columnTypes.ts';
import type { Model, ModelField } from '../../sources/prisma/model.ts';
import { addToField } from './modelEdits.ts';
import { defineModelRule } from './modelRule.ts';

export default defineModelRule({
  id: 'uuid-field-as-text',
  severity: 'hint',
  docs: {
    summary: 'A String with @default(uuid()) whose column is text.',
    why: 'As text a UUID takes 37 bytes in the table and in every index and foreign key, as uuid 16. Text takes anything: a value that is no UUID, and the same UUID in upper and lower case as two different keys.',
    fine: 'The column also holds other ids. Where nearly all models have it, nothing is said.',
    source: 'https://www.postgresql.org/docs/current/datatype-uuid.html',
  },
  examples: [
    {
      unsafe: 'model Device {\n  id   String @id @default(uuid())\n  name String\n}',
      safe: 'model Device {\n  id   String @id @default(uuid()) @db.Uuid\n  name String\n}',
    },
  ],
  model(model, context) {
    if (model.isView) return;
    for (const field of model.fields) {
      if (!isText(field) || isConvention(model, context.schema.models)) continue;
      const isReferred = context.schema.models.some((other) =>
        other.fields.some((f) => f.kind === 'model' && f.type === model.name),
      );
      context.report(
        model,
        field.member.type ?? field.member,
        `${field.name} holds UUIDs as text: 37 bytes each instead of 16, and upper and lower case are different values.`,
        'Add @db.Uuid, here and to the fields that refer to it.',
        isReferred || field.native || field.member.broken
          ? []
          : [{ title: 'Make it @db.Uuid', safe: false, edits: [addToField(field, '@db.Uuid')] }],
      );
    }
  },
});

const isUuid = ({ type, defaultKind, arity }: ModelField): boolean =>
  type === 'String' && defaultKind === 'uuid' && arity !== 'list';
const isText = (field: ModelField): boolean =>
  isUuid(field) && /^(?:text|varchar|bpchar)$/.test(columnTypeOf(field)?.name ?? '');

/** One column of another type would not make it better. */
function isConvention(model: Model, models: readonly Model[]): boolean {
  const others = models.filter((other) => other !== model && !other.isView);
  const asText = others.filter(({ fields }) => fields.some(isText)).length;
  const asUuid = others.filter(({ fields }) => fields.some((f) => isUuid(f) && !isText(f))).length;
  return asText >= 8 && asText >= asUuid * 4;
}
