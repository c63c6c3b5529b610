import { defineRule } from '../rule.ts';
import { inCaseOf, ofNewColumns } from './newColumns.ts';

export default defineRule({
  id: 'money-type',
  family: 'schema',
  severity: 'information',
  docs: {
    summary: 'A column of type money.',
    why: "Its values are read as text with currency symbol and thousands separators ('$1,234.50'), in the format of lc_monetary: a program gets no number, and a server with another lc_monetary reads and prints the same column as another currency, perhaps with another number of decimals. The currency itself is not stored.",
    fine: 'The values never leave the database, and lc_monetary never changes.',
    source: 'https://www.postgresql.org/docs/current/datatype-money.html',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE invoices (id bigint PRIMARY KEY, total money);',
      safe: 'CREATE TABLE invoices (id bigint PRIMARY KEY, total numeric(19, 2));',
    },
  ],
  conclude: ofNewColumns((column, context) => {
    const { type } = column;
    if (type.schema !== null || type.name !== 'money') return;
    const written = context.text.slice(column.typeSpan.start, column.typeSpan.end);
    const fix = {
      title: 'Make it numeric(19, 2)',
      safe: false,
      edits: [{ ...column.typeSpan, newText: `${inCaseOf(written, 'numeric')}(19, 2)` }],
    };
    context.report(
      column.typeSpan,
      `${column.name} is of type money: it is read as text in the format of lc_monetary, such as $1,234.50, not as a number.`,
      'numeric holds amounts exactly; keep the currency in a column of its own.',
      type.array ? [] : [fix],
    );
  }),
});
