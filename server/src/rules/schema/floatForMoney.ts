import { defineRule } from '../rule.ts';
import { isMoneyName } from './moneyNames.ts';
import { inCaseOf, ofNewColumns } from './newColumns.ts';

export default defineRule({
  id: 'float-for-money',
  family: 'schema',
  severity: 'information',
  docs: {
    summary: 'A column that holds money, of type real or double precision.',
    why: 'Binary floating point cannot hold most decimal fractions: 0.1 + 0.2 is 0.30000000000000004, sums drift from what is on the invoices, and = between two amounts fails. real keeps about six digits only: 1234567.89 becomes 1234567.9. numeric is exact.',
    fine: 'The amounts are estimates that nobody bills or adds up.',
    source: 'https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE products (id bigint PRIMARY KEY, price double precision NOT NULL);',
      safe: 'CREATE TABLE products (id bigint PRIMARY KEY, price numeric NOT NULL);',
    },
    {
      unsafe: 'CREATE TABLE invoices (id bigint PRIMARY KEY, "paidAmount" REAL);',
      safe: 'CREATE TABLE invoices (id bigint PRIMARY KEY, "paidAmount" NUMERIC);',
    },
  ],
  conclude: ofNewColumns((column, context) => {
    const { type } = column;
    if (type.schema !== null || type.array || (type.name !== 'float4' && type.name !== 'float8')) return;
    if (!isMoneyName(column.name)) return;
    const written = context.text.slice(column.typeSpan.start, column.typeSpan.end);
    context.report(
      column.typeSpan,
      `${column.name} holds money in binary floating point, which rounds most decimal fractions: 0.1 + 0.2 is not 0.3.`,
      'numeric is exact; or count the smallest unit in a bigint.',
      [
        {
          title: 'Make it numeric',
          safe: false,
          edits: [{ ...column.typeSpan, newText: inCaseOf(written, 'numeric') }],
        },
      ],
    );
  }),
});
