import { insertAt } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { closing } from './expressionSpan.ts';
import { functionName, inEveryQuery, nodesOf } from './queryLevels.ts';

/** FRAMEOPTION_NONDEFAULT in src/include/nodes/parsenodes.h: a frame is written. */
const frameIsWritten = 1;

export default defineRule({
  id: 'last-value-of-default-frame',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'last_value or nth_value over a window with ORDER BY and no frame.',
    why: 'With ORDER BY the frame ends, if nothing is said, at the current row: last_value gives the value of the row itself (or of its last peer), not that of the last row of the partition.',
    fine: 'The running value is meant.',
    source: 'https://www.postgresql.org/docs/current/functions-window.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE prices (id bigint PRIMARY KEY, amount numeric);',
      unsafe: 'SELECT id, last_value(amount) OVER (ORDER BY id) AS latest FROM prices;',
      safe: 'SELECT id, last_value(amount) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS latest FROM prices;',
    },
  ],
  check: inEveryQuery((context) => {
    const { tokens } = context;
    for (const call of nodesOf(context.level).FuncCall) {
      const { over } = call;
      const name = functionName(call);
      if (!over?.orderClause || (name !== 'last_value' && name !== 'nth_value')) continue;
      if (over.name || over.refname || (over.frameOptions ?? 0) & frameIsWritten) continue;
      const open = tokens.at(over.location ?? 0);
      const close = closing(open, tokens);
      if (close < 0) continue;
      const frame = ' ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING';
      context.report(
        tokens.span(tokens.at(call.location ?? 0)),
        `The frame ends at the current row: ${name} does not see the rows behind it.`,
        'Say which frame is meant: ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING.',
        [
          {
            title: 'Let the frame reach to the last row',
            edits: [insertAt(tokens.span(close - 1).end, frame)],
            safe: false,
          },
        ],
      );
    }
  }),
});
