import { columnTypeOf } from '../../sources/prisma/columnTypes.ts';
import { isMoneyName } from '../schema/moneyNames.ts';
import { removal } from './modelEdits.ts';
import { defineModelRule } from './modelRule.ts';

export default defineModelRule({
  id: 'float-field-for-money',
  severity: 'information',
  docs: {
    summary: 'A Float that holds money.',
    why: 'Prisma makes it double precision. Binary floating point cannot hold most decimal fractions: 0.1 + 0.2 is 0.30000000000000004, sums drift from what is on the invoices, and equality of two amounts fails. Decimal is exact.',
    fine: 'The amounts are estimates that nobody bills or adds up.',
    source: 'https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT',
  },
  examples: [
    {
      unsafe: 'model Product {\n  id    BigInt @id\n  price Float\n}',
      safe: 'model Product {\n  id    BigInt  @id\n  price Decimal\n}',
    },
  ],
  model(model, context) {
    if (model.isView) return;
    for (const field of model.fields) {
      const { type, broken } = field.member;
      const column = columnTypeOf(field);
      if (!type || field.arity === 'list' || !/^float[48]$/.test(column?.name ?? '') || !isMoneyName(field.name))
        continue;
      // a default of a Float is one of a Decimal as well
      const native = field.native ? [removal(model.block, field.native.attribute)] : [];
      const name = { start: type.start, end: type.start + type.name.length };
      context.report(
        model,
        type,
        `${field.name} holds money in binary floating point, which rounds most decimal fractions: 0.1 + 0.2 is not 0.3.`,
        'Decimal is exact; or count the smallest unit in an Int or BigInt.',
        broken ? [] : [{ title: 'Make it Decimal', safe: false, edits: [{ ...name, newText: 'Decimal' }, ...native] }],
      );
    }
  },
});
