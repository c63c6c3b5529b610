import { defineRule } from '../rule.ts';
import { inCaseOf, ofNewColumns } from './newColumns.ts';

export default defineRule({
  id: 'char-type',
  family: 'schema',
  severity: 'hint',
  docs: {
    summary: 'A column of type char(n), which fills shorter values up with blanks.',
    why: "A shorter value is stored with blanks behind it, so it takes more space, not less; = ignores them, but LIKE, regular expressions and format() see them: code LIKE 'ab' is false for 'ab' in a char(5).",
    fine: 'Every value has exactly that many characters (a country code).',
    source: 'https://www.postgresql.org/docs/current/datatype-character.html',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE products (id bigint PRIMARY KEY, code char(5));',
      safe: 'CREATE TABLE products (id bigint PRIMARY KEY, code varchar(5));',
    },
  ],
  conclude: ofNewColumns((column, context) => {
    const { type } = column;
    const length = type.modifiers[0] ?? 1;
    // codes of two or three letters always have their length; one character has nothing to fill up
    if (type.schema !== null || type.name !== 'bpchar' || type.array || length <= 3) return;
    // uuid-as-text has more to say
    if (length === 36 && /(?:^|_)uuid$/i.test(column.name)) return;
    const written = context.text.slice(column.typeSpan.start, column.typeSpan.end);
    context.report(
      column.typeSpan,
      `Shorter values of ${column.name} are filled up to ${length} characters with blanks, which LIKE and regular expressions see.`,
      `varchar(${length}) holds what is put in.`,
      [
        {
          title: `Make it varchar(${length})`,
          safe: false,
          edits: [{ ...column.typeSpan, newText: `${inCaseOf(written, 'varchar')}(${length})` }],
        },
      ],
    );
  }),
});
