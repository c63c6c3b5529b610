import { printType } from '../../catalog/names.ts';
import { cannotRefer } from '../../facts/typeConversion.ts';
import { columnTypeOf } from '../../sources/prisma/columnTypes.ts';
import type { ModelField } from '../../sources/prisma/model.ts';
import type { Block } from '../../sources/prisma/syntax.ts';
import type { Fix } from '../rule.ts';
import { addToField, removal } from './modelEdits.ts';
import { defineModelRule } from './modelRule.ts';

export default defineModelRule({
  id: 'relation-types-differ',
  severity: 'error',
  docs: {
    summary: 'A relation between fields whose columns have types that cannot be compared.',
    why: 'Prisma compares the types of its own language only: to it a String is a String. Postgres is asked for a foreign key between text and uuid, and refuses it: "foreign key constraint … cannot be implemented" (42804). The migration fails.',
    fine: 'Never, where Prisma makes foreign keys.',
    source: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
  },
  examples: [
    {
      schema: 'model Customer {\n  id     String  @id @default(uuid()) @db.Uuid\n  orders Order[]\n}',
      unsafe:
        'model Order {\n  id         BigInt   @id\n  customer   Customer @relation(fields: [customerId], references: [id])\n  customerId String\n\n  @@index([customerId])\n}',
      safe: 'model Order {\n  id         BigInt   @id\n  customer   Customer @relation(fields: [customerId], references: [id])\n  customerId String   @db.Uuid\n\n  @@index([customerId])\n}',
    },
  ],
  model(model, context) {
    if (!context.schema.foreignKeys || model.inDoubt || model.isView) return;
    for (const { fields, references, target } of model.relations)
      for (const [i, field] of fields.entries()) {
        const referenced = references[i] as ModelField;
        const [from, to] = [columnTypeOf(field), columnTypeOf(referenced)];
        if (!from || !to || field.type !== referenced.type || !cannotRefer(from, to)) continue;
        context.report(
          model,
          field.member.name ?? field.member,
          `The migration fails: ${field.name} is ${printType(from)} and ${target.name}.${referenced.name} is ${printType(to)}, which a foreign key cannot compare.`,
          'Give both columns the same type.',
          sameType(field, referenced, model.block, target.block),
        );
      }
  },
});

/** The attribute of the field that is referred to. */
function sameType(field: ModelField, referenced: ModelField, block: Block, target: Block): Fix[] {
  if (field.member.broken) return [];
  const wanted = referenced.native?.attribute;
  const written = wanted && target.text.slice(wanted.start, wanted.end);
  const own = field.native?.attribute;
  if (!written) return own ? [{ title: `Leave out @${own.name}`, safe: false, edits: [removal(block, own)] }] : [];
  const edit = own ? { start: own.start, end: own.end, newText: written } : addToField(field, written);
  return [{ title: `Make it ${written}`, safe: false, edits: [edit] }];
}
