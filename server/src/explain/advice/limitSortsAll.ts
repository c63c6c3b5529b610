import { type Advice, count, indexStatement, quoted } from './advice.ts';
import { conditionsIn } from './conditions.ts';

const many = 20_000;
const few = 0.01;

export const limitSortsAll: Advice = {
  code: 'limit-sorts-whole-table',
  summary: 'A whole table sorted for its first rows.',
  at(node) {
    if (node.type !== 'Sort' || node.text('Sort Method') !== 'top-N heapsort') return null;
    const [scan] = node.children;
    // through a Gather the scan is one level lower; of a join no index gives the order
    if (scan?.type !== 'Seq Scan' || scan.table === null || scan.text('Filter') !== null) return null;
    if (scan.allRows < many || node.rows > few * scan.allRows) return null;
    const keys = node.list('Sort Key').map((key) => keyOf(key, node.plan.parser));
    if (keys.some((key) => key === null)) return null;
    const index = { table: scan.table, method: 'btree', keys: keys as string[] } as const;
    return {
      message: `All ${count(scan.allRows)} of ${scan.table} were read and sorted for the first ${count(node.rows)}.`,
      help: `An index in that order gives them at once: ${indexStatement(index)}`,
      severity: 'information',
      saves: node.msWithin,
      index,
    };
  },
};

/** `o.placed DESC NULLS LAST` as the key of an index; null where it is no plain column. */
function keyOf(key: string, parser: Parameters<typeof conditionsIn>[1]): string | null {
  const [, expression = key, order = ''] = /^(.*?)((?: DESC)?(?: NULLS (?:FIRST|LAST))?)$/.exec(key) ?? [];
  const [condition] = conditionsIn(`${expression} IS NULL`, parser);
  return condition?.column && condition.form === 'plain' ? `${quoted(condition.column.name)}${order}` : null;
}
