import { argumentOf } from '../../sources/prisma/syntax.ts';
import { namesOf } from './modelNames.ts';
import { defineModelRule } from './modelRule.ts';

export default defineModelRule({
  id: 'set-null-on-required-field',
  severity: 'warning',
  docs: {
    summary: 'A relation with onDelete: SetNull whose fields are required.',
    why: 'Postgres makes such a foreign key. It fails later, when a row is deleted that others refer to: their column cannot be set to NULL, as it is NOT NULL (23502), and the DELETE fails.',
    fine: 'Never: where rows must not be deleted while others refer to them, Restrict says so.',
    source: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
  },
  examples: [
    {
      schema: 'model Customer {\n  id     BigInt  @id\n  orders Order[]\n}',
      unsafe:
        'model Order {\n  id         BigInt   @id\n  customer   Customer @relation(fields: [customerId], references: [id], onDelete: SetNull)\n  customerId BigInt\n\n  @@index([customerId])\n}',
      safe: 'model Order {\n  id         BigInt    @id\n  customer   Customer? @relation(fields: [customerId], references: [id], onDelete: SetNull)\n  customerId BigInt?\n\n  @@index([customerId])\n}',
    },
  ],
  model(model, context) {
    if (!context.schema.foreignKeys || model.isView) return;
    for (const { attribute, fields, target, onDelete } of model.relations) {
      const required = fields.filter(({ arity }) => arity === 'required');
      const written = argumentOf(attribute, 'onDelete');
      if (onDelete !== 'SetNull' || required.length === 0 || !written) continue;
      context.report(
        model,
        written,
        `A row of ${target.name} that one of ${model.name} refers to cannot be deleted: its ${namesOf(required)} would be set to NULL, and ${required.length === 1 ? 'is' : 'are'} required.`,
        'Make the relation and its fields optional, or say Cascade or Restrict.',
      );
    }
  },
});
