import type { TypeName } from '../../catalog/catalog.ts';
import { defineRule } from '../rule.ts';
import { ofNewColumns } from './newColumns.ts';

const timed = /^(?:timestamp|time)(?:tz)?$/;
const rounds = ({ schema, name, modifiers }: TypeName): boolean =>
  schema === null && timed.test(name) && modifiers[0] === 0;

export default defineRule({
  id: 'timestamp-rounds-to-second',
  family: 'schema',
  severity: 'hint',
  docs: {
    summary: 'A timestamp or time with precision 0.',
    why: 'Precision 0 rounds, it does not cut off: 23:59:59.6 on the last of December is stored as midnight of the first of January, and a row written just now can lie half a second in the future. It saves no space: all precisions take eight bytes.',
    fine: 'Nothing compares the column with now() or groups it by day.',
    source: 'https://www.postgresql.org/docs/current/datatype-datetime.html',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE logins (id bigint PRIMARY KEY, at timestamptz(0) NOT NULL);',
      safe: 'CREATE TABLE logins (id bigint PRIMARY KEY, at timestamptz NOT NULL);',
    },
  ],
  conclude: ofNewColumns((column, context) => {
    if (!rounds(column.type)) return;
    const written = context.text.slice(column.typeSpan.start, column.typeSpan.end);
    const precision = /\s*\(\s*0\s*\)/.exec(written);
    const fixes = precision && [
      {
        title: 'Leave the precision out',
        safe: false,
        edits: [
          {
            start: column.typeSpan.start + precision.index,
            end: column.typeSpan.start + precision.index + precision[0].length,
            newText: '',
          },
        ],
      },
    ];
    context.report(
      column.typeSpan,
      `${column.name} is rounded to whole seconds, also upwards: 23:59:59.6 becomes midnight of the next day.`,
      'Leave the precision out, which costs no space, and use date_trunc where seconds are to be shown.',
      fixes ?? [],
    );
  }),
});
