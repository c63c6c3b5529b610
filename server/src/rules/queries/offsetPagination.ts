import { defineRule } from '../rule.ts';
import { integerConstant } from './columns.ts';
import { inEveryQuery, selectOf } from './queryLevels.ts';

/** Rows; fewer are read in no time. */
const manyRows = 1000;

export default defineRule({
  id: 'offset-pagination',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'Pages by LIMIT and a large or variable OFFSET.',
    why: 'OFFSET computes all rows before the page and throws them away: each page costs more than the one before. Rows that come or go meanwhile shift the pages.',
    fine: 'Nobody goes beyond the first pages.',
    source: 'https://www.postgresql.org/docs/current/queries-limit.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE events (id bigint PRIMARY KEY, name text);',
      unsafe: 'SELECT id, name FROM events ORDER BY id LIMIT 20 OFFSET 10000;',
      safe: 'SELECT id, name FROM events WHERE id > 10000 ORDER BY id LIMIT 20;',
    },
  ],
  check: inEveryQuery((context) => {
    const { level } = context;
    const select = selectOf(level);
    const { limitOffset, limitCount } = select ?? {};
    if (!limitOffset || !limitCount || !level.items.some((i) => i.kind !== 'function')) return;
    const rows = integerConstant(limitOffset);
    if (rows !== null ? rows < manyRows : !isVariable(limitOffset)) return;
    const at =
      'A_Const' in limitOffset
        ? limitOffset.A_Const.location
        : 'ParamRef' in limitOffset
          ? limitOffset.ParamRef.location
          : undefined;
    const value = context.tokens.at(at ?? -1);
    const offset =
      value > 0 && context.tokens.word(value - 1) === 'offset' ? value - 1 : context.tokens.findOutside(['offset']);
    if (offset < 0) return;
    context.report(
      context.tokens.span(offset, value > offset ? value : offset),
      `OFFSET reads ${rows === null ? 'all rows before the page' : `${rows} rows`} and throws them away, for each page anew.`,
      'Go on from the last row of the page before: WHERE id > … ORDER BY id LIMIT ….',
    );
  }),
});

/** A parameter, or something computed from one. */
const isVariable = (node: object): boolean => JSON.stringify(node).includes('"ParamRef"');
