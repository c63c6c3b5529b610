import { columnTypeOf } from '../../sources/prisma/columnTypes.ts';
import type { Model, ModelField } from '../../sources/prisma/model.ts';
import type { Edit } from '../rule.ts';
import { addToField } from './modelEdits.ts';
import { listed } from './modelNames.ts';
import { defineModelRule } from './modelRule.ts';

export default defineModelRule({
  id: 'date-time-without-time-zone',
  severity: 'hint',
  docs: {
    summary: 'DateTime fields whose columns are timestamps without time zone.',
    why: 'Prisma makes a DateTime a timestamp(3), which keeps the digits of a date and a time and forgets which zone they were meant in. Prisma itself reads and writes UTC. What else writes there does not: now() gives other digits in a session with another TimeZone, so that Prisma then reads a moment hours off. timestamptz keeps the moment itself and takes the same eight bytes.',
    fine: 'Only Prisma reads and writes the table, or every session runs in UTC. Where nearly all models have it, nothing is said.',
    source: 'https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-TIMEZONES',
  },
  examples: [
    {
      unsafe: 'model Order {\n  id       BigInt   @id\n  placedAt DateTime @default(now())\n}',
      safe: 'model Order {\n  id       BigInt   @id\n  placedAt DateTime @default(now()) @db.Timestamptz(3)\n}',
    },
  ],
  model(model, context) {
    if (model.isView) return;
    const naive = model.fields.filter(
      (field) => isOf(field, 'timestamp') && !field.member.broken && !/local/i.test(field.name),
    );
    const [first] = naive;
    if (!first || isConvention(model, context.schema.models)) return;
    const others = naive.slice(1).map(({ name }) => name);
    context.report(
      model,
      first.member.type ?? first.member,
      `${first.name} is a timestamp without time zone${others.length > 0 ? `, like ${listed(others)}` : ''}: what is written there in SQL means another moment in a session whose TimeZone is not UTC.`,
      '@db.Timestamptz keeps the moment itself, in the same eight bytes.',
      [
        {
          title: others.length > 0 ? 'Make them @db.Timestamptz' : 'Make it @db.Timestamptz',
          safe: false,
          edits: naive.map(asTimestamptz),
        },
      ],
    );
  },
});

const isOf = (field: ModelField, type: string): boolean => columnTypeOf(field)?.name === type;

/** A schema whose other models nearly all have it means UTC, and one column of another type would not make it better. */
function isConvention(model: Model, models: readonly Model[]): boolean {
  const others = models.filter((other) => other !== model && !other.isView);
  const count = (type: string): number => others.filter(({ fields }) => fields.some((f) => isOf(f, type))).length;
  return count('timestamp') >= 8 && count('timestamp') >= count('timestamptz') * 4;
}

/** With the precision that it has. */
function asTimestamptz(field: ModelField): Edit {
  const { native } = field;
  if (!native) return addToField(field, '@db.Timestamptz(3)');
  const [precision] = native.args;
  const newText = `@db.Timestamptz${precision === undefined ? '' : `(${precision})`}`;
  return { start: native.attribute.start, end: native.attribute.end, newText };
}
