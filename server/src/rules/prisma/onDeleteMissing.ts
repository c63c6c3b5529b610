import type { Relation } from '../../sources/prisma/model.ts';
import { namesOf, oneOf } from './modelNames.ts';
import { defineModelRule } from './modelRule.ts';

/** So many relations that say it, and nine times as many as those that do not, show that it is the habit of the schema. */
const [enough, usual] = [4, 9];

export default defineModelRule({
  id: 'on-delete-missing',
  severity: 'hint',
  docs: {
    summary: 'A relation without onDelete, where nearly all others of the schema have it.',
    why: 'What is not said is Prisma’s default, and that depends on the field: an optional one is set to NULL without a word when the row it refers to is deleted; with a required one the DELETE fails as long as rows refer to it.',
    fine: 'The default is what is wanted.',
    source: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
  },
  examples: [
    {
      schema: `model Customer {
  id     BigInt  @id
  orders Order[]
  carts  Cart[]
  notes  Note[]
  calls  Call[]
  visits Visit[]
}

${['Cart', 'Note', 'Call', 'Visit'].map((name) => `model ${name} {\n  id         BigInt   @id\n  customer   Customer @relation(fields: [customerId], references: [id], onDelete: Cascade)\n  customerId BigInt\n\n  @@index([customerId])\n}`).join('\n\n')}`,
      unsafe:
        'model Order {\n  id         BigInt    @id\n  customer   Customer? @relation(fields: [customerId], references: [id])\n  customerId BigInt?\n\n  @@index([customerId])\n}',
      safe: 'model Order {\n  id         BigInt    @id\n  customer   Customer? @relation(fields: [customerId], references: [id], onDelete: SetNull)\n  customerId BigInt?\n\n  @@index([customerId])\n}',
    },
  ],
  model(model, context) {
    if (!context.schema.foreignKeys || model.isView) return;
    const silent = model.relations.filter(({ onDelete }) => onDelete === null);
    if (silent.length === 0) return;
    const all = context.schema.models.flatMap(({ relations }) => relations);
    const said = all.filter(({ onDelete }) => onDelete !== null).length;
    if (said < enough || said < (all.length - said - 1) * usual) return;
    for (const relation of silent) {
      const { attribute, target } = relation;
      const action = defaultOf(relation);
      const then =
        action === 'SetNull'
          ? `sets ${namesOf(relation.fields)} to NULL in the rows of ${model.name}`
          : `fails as long as ${oneOf(model.name)} refers to it`;
      const last = attribute.args.at(-1);
      context.report(
        model,
        attribute,
        `Deleting ${oneOf(target.name)} ${then}: that is Prisma’s default here, while nearly all other relations say what they want.`,
        'Write down what is meant: onDelete: Cascade, Restrict or SetNull.',
        last && !relation.field.member.broken
          ? [
              {
                title: `Write the default down: onDelete: ${action}`,
                safe: true,
                edits: [{ start: last.end, end: last.end, newText: `, onDelete: ${action}` }],
              },
            ]
          : [],
      );
    }
  },
});

const defaultOf = ({ fields }: Relation): 'SetNull' | 'Restrict' =>
  fields.every(({ arity }) => arity === 'optional') ? 'SetNull' : 'Restrict';
