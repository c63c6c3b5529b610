import { type Advice, count } from './advice.ts';

const many = 10_000;

export const largeOffset: Advice = {
  code: 'offset-skips-many-rows',
  summary: 'Rows that were made only to be skipped.',
  at(node) {
    const [child] = node.children.filter(({ relationship }) => relationship === 'Outer');
    if (node.type !== 'Limit' || !child) return null;
    // a Limit asks for no row that it neither skips nor returns
    const skipped = child.allRows - node.allRows;
    if (skipped < many || node.allRows > skipped) return null;
    return {
      message: `OFFSET skipped ${count(skipped)} that were all made, to return ${count(node.allRows)}.`,
      help: 'Remember the last row of the page before, and ask for those behind it: WHERE (sort key) > (its values) ORDER BY sort key LIMIT n, with an index on the sort key.',
      severity: 'information',
      saves: child.msWithin,
    };
  },
};
