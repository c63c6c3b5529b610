import { defineRule } from '../rule.ts';
import { ofNewColumns } from './newColumns.ts';

export default defineRule({
  id: 'timetz-type',
  family: 'schema',
  severity: 'information',
  docs: {
    summary: 'A column of type time with time zone.',
    why: "A time of day without a date cannot know daylight saving: the type keeps a fixed offset, so 09:00 in Berlin is one value in winter and another in summer. 12:00+01 and 11:00+00, the same instant, are not equal. Postgres's own documentation advises against it.",
    fine: 'Another system dictates the type.',
    source: 'https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-TIMEZONES',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE shops (id bigint PRIMARY KEY, opens_at time with time zone);',
      safe: 'CREATE TABLE shops (id bigint PRIMARY KEY, opens_at time, zone text);',
    },
  ],
  conclude: ofNewColumns((column, context) => {
    if (column.type.schema !== null || column.type.name !== 'timetz') return;
    context.report(
      column.typeSpan,
      `${column.name} keeps a time of day with a fixed offset from UTC, which is wrong for half the year where clocks change; 12:00+01 and 11:00+00 are not equal.`,
      'Use timestamptz for a moment; for a time of day use time, and keep the name of the zone beside it.',
    );
  }),
});
