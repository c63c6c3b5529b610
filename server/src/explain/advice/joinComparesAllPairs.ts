import { type Advice, count, indexStatement, quoted } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';
import type { Condition } from './conditions.ts';

const manyPairs = 500_000;
const fewKept = 0.05;
/** Rows of each side below which nobody notices a missing condition. */
const manyRows = 100;

export const joinComparesAllPairs: Advice = {
  code: 'join-compares-all-pairs',
  summary:
    'A join that put each row of one side beside each of the other, to keep few of the pairs, or all for want of a condition.',
  at(node) {
    if (node.type !== 'Nested Loop') return null;
    const outer = node.children.find(({ relationship }) => relationship === 'Outer');
    const inner = node.children.find(({ relationship }) => relationship === 'Inner');
    if (!outer || !inner) return null;
    const removed = node.removed('Join Filter');
    if (removed === 0) return withoutCondition(node, outer, inner);
    if (removed < manyPairs || node.allRows > fewKept * removed) return null;
    const conditions = node.conditions('Join Filter');
    return {
      message: `${count(node.allRows + removed, 'pair')} of rows were compared, and ${count(node.allRows)} kept: ${node.text('Join Filter')}.`,
      ...remedyOf(conditions, inner),
      severity: 'warning',
      saves: node.msWithin - outer.msWithin,
    };
  },
};

function remedyOf(conditions: readonly Condition[], inner: AnalysedNode) {
  if (conditions.some(({ arms }) => arms.length > 1))
    return {
      help: 'Rows are brought together by hash or by an index for =, not for OR: two queries with UNION, each joined by one side of the OR, are.',
    };
  const scan = inner.type === 'Materialize' ? (inner.children[0] ?? inner) : inner;
  const column = conditions.flatMap((c) =>
    c.operator === '=' ? [c.column, c.against].filter((side) => side?.alias === scan.own.alias) : [],
  )[0];
  if (column && scan.table !== null && scan.known !== null) {
    const index = { table: scan.table, method: 'btree', keys: [quoted(column.name)] } as const;
    const has = scan.known.indexes.some(({ keys, isValid }) => isValid && keys[0] === index.keys[0]);
    if (!has && !scan.known.parent)
      return { help: `With an index the rows that match are looked up: ${indexStatement(index)}`, index };
  }
  if (conditions.some(({ operator }) => operator === '='))
    return {
      help: 'A hash join finds the equal ones without that: where Postgres chose this loop, it expected fewer rows (see the estimates), work_mem was too small, or enable_hashjoin is off.',
    };
  return {
    help: 'Only = is found by hash. For a range, an index on the inner side makes each look-up short: btree for < and BETWEEN on its column, GiST for && and @> on a range.',
  };
}

/** Each with each: mostly a condition that was forgotten. */
function withoutCondition(node: AnalysedNode, outer: AnalysedNode, inner: AnalysedNode) {
  const pairs = outer.allRows * inner.rows;
  if (node.text('Join Filter') !== null || outer.allRows < manyRows || inner.rows < manyRows || pairs < manyPairs)
    return null;
  if (node.text('Join Type') !== 'Inner' || node.allRows < 0.99 * pairs) return null;
  // written as such, or over rows that are made to be multiplied; without the statement nobody can tell
  const { sql } = node.plan;
  if (sql === '' || /\b(?:cross\s+join|lateral)\b|\bon\s+\(?\s*true\b|generate_series/i.test(sql)) return null;
  // what is kept to be read again depends on nothing outside of it; a scan may
  const plain = inner.type === 'Materialize' ? inner.children[0] : inner;
  const isPlain = plain && ['Seq Scan', 'Index Scan', 'Index Only Scan', 'Bitmap Heap Scan'].includes(plain.type);
  if (!isPlain || (plain === inner && (plain.text('Index Cond') !== null || plain.text('Filter') !== null)))
    return null;
  return {
    message: `Each of ${count(outer.allRows)} was put together with each of ${count(inner.rows)} of ${plain.table}: ${count(node.allRows, 'row')}, as no condition compares them.`,
    help: 'If a condition was forgotten, add it; if all pairs are meant, write CROSS JOIN.',
    severity: 'warning' as const,
    saves: node.msWithin,
  };
}
