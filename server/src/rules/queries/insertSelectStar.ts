import { defineRule } from '../rule.ts';
import { inEveryQuery } from './queryLevels.ts';
import { starsOf, writeOut } from './starExpansion.ts';

const schema = `CREATE TABLE orders (id bigint PRIMARY KEY, note text);
CREATE TABLE orders_archive (id bigint, note text);`;

export default defineRule({
  id: 'insert-select-star',
  family: 'queries',
  severity: 'hint',
  docs: {
    summary: 'INSERT … SELECT * from a table.',
    why: 'The columns go by position: one more column in the source, or the same columns in another order, and the statement fails or writes values into the wrong columns.',
    fine: 'It runs once, on tables that are known to have the same columns in the same order.',
    source: 'https://www.postgresql.org/docs/current/sql-insert.html',
  },
  examples: [
    {
      schema,
      unsafe: 'INSERT INTO orders_archive SELECT * FROM orders;',
      safe: 'INSERT INTO orders_archive (id, note) SELECT id, note FROM orders;',
    },
  ],
  check: inEveryQuery((context) => {
    const { level } = context;
    if (level.role !== 'source') return;
    for (const star of starsOf(level, context))
      context.report(
        star.span,
        `INSERT takes the columns of ${star.tables.join(' and ')} by their position: a new or moved column breaks it.`,
        'Name the columns on both sides.',
        writeOut(star, level),
      );
  }),
});
