import type { KnownTable } from '../planFacts.ts';
import { type Advice, count, indexStatement, quoted } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';
import { conditionsIn } from './conditions.ts';
import { keyOf as indexKeyOf } from './indexKeys.ts';
import { orderOf } from './indexRemedy.ts';

const many = 5_000;
const few = 0.02;

export const limitSortsAll: Advice = {
  code: 'limit-sorts-whole-table',
  summary: 'All rows of a table, or all that a condition finds, sorted for the first of them.',
  at(node) {
    if (node.type !== 'Sort' || node.text('Sort Method') !== 'top-N heapsort') return null;
    const [scan] = node.children;
    // of a join no index gives the order
    if (!scan || !['Seq Scan', 'Index Scan', 'Bitmap Heap Scan'].includes(scan.type) || scan.table === null)
      return null;
    if (scan.allRows < many || node.allRows > few * scan.allRows) return null;
    const nearest = scan.known?.parent ? null : nearestFirst(node, scan);
    if (nearest) return nearest;
    const order = node.list('Sort Key').map((key) => orderKey(key, node));
    const exact = exactKeys(scan);
    if (exact === null || scan.known?.parent || order.some((key) => key === null)) return null;
    const keys = [...new Set([...exact, ...(order as string[])])];
    const index = { table: scan.table, method: 'btree', keys } as const;
    const which = exact.length > 0 ? ` that ${exact.join(' and ')} ${exact.length > 1 ? 'find' : 'finds'}` : '';
    return {
      message: `All ${count(scan.allRows)} of ${scan.table}${which} were read and sorted for the first ${count(node.rows)}.`,
      help: `${otherOrder(scan.known, order as string[])}An index in that order gives them at once: ${indexStatement(index)}`,
      severity: 'information',
      saves: node.msWithin,
      index,
    };
  },
};

/** The columns that the scan compares with one value each; null where it has conditions of another kind. */
function exactKeys(scan: AnalysedNode): string[] | null {
  const conditions = (['Index Cond', 'Recheck Cond', 'Filter'] as const).flatMap((key) => scan.conditions(key));
  if (conditions.length === 0) return scan.text('Filter') === null ? [] : null;
  const keys = conditions.map((condition) => {
    const key = condition.operator === '=' ? indexKeyOf(condition, scan.known, scan.plan.facts) : null;
    return key?.kind === 'key' && key.method === 'btree' && key.exact ? key.sql : null;
  });
  return keys.some((key) => key === null) ? null : [...new Set(keys as string[])];
}

/** `o.placed DESC NULLS LAST` as the key of an index; null where it is no plain column. */
function orderKey(key: string, { plan }: AnalysedNode): string | null {
  const [, expression = key, order = ''] = /^(.*?)((?: DESC)?(?: NULLS (?:FIRST|LAST))?)$/.exec(key) ?? [];
  const [condition] = conditionsIn(`${expression} IS NULL`, plan.parser);
  return condition?.column && condition.form === 'plain' ? `${quoted(condition.column.name)}${order}` : null;
}

/** An index on these columns that cannot be used, as it is in another order. */
function otherOrder(known: KnownTable | null, order: readonly string[]): string {
  const columns = order.map((key) => key.replace(/(?: DESC)?(?: NULLS (?:FIRST|LAST))?$/, ''));
  const index = known?.indexes.find(
    ({ keys, method, isValid, predicate }) =>
      method === 'btree' && isValid && predicate === null && columns.every((column, i) => keys[i] === column),
  );
  if (!index) return '';
  const has = columns.map((column, i) => [column, orderOf(index, i)].filter(Boolean).join(' ')).join(', ');
  return `The index ${index.name} is in the order (${has}), which is neither this one nor this one backwards: ask for that order if it will do. `;
}

const classes: Readonly<Record<string, string>> = { '<->': 'l2', '<=>': 'cosine', '<#>': 'ip', '<+>': 'l1' };

/** `ORDER BY embedding <-> '[…]'::vector`: the nearest by pgvector. */
function nearestFirst(node: AnalysedNode, scan: AnalysedNode) {
  const [sortKey, ...more] = node.list('Sort Key');
  if (sortKey === undefined || more.length > 0 || scan.table === null) return null;
  const [condition] = conditionsIn(sortKey, node.plan.parser);
  const type = condition?.constantType ?? '';
  const distance = classes[condition?.operator ?? ''];
  if (!condition?.column || condition.form !== 'plain' || distance === undefined) return null;
  if (type === 'point' && condition.operator === '<->') return nearestPoint(node, scan, quoted(condition.column.name));
  if (!['vector', 'halfvec', 'sparsevec'].includes(type)) return null;
  const index = {
    table: scan.table,
    method: 'hnsw',
    keys: [`${quoted(condition.column.name)} ${type}_${distance}_ops`],
  } as const;
  return {
    message: `The distance of all ${count(scan.allRows)} of ${scan.table} was computed for the nearest ${count(node.rows)}.`,
    help: `An hnsw index finds nearly always the same ones without that (it is approximate, and hnsw.ef_search trades time for accuracy): ${indexStatement(index)}`,
    severity: 'information' as const,
    saves: node.msWithin,
    index,
  };
}

function nearestPoint(node: AnalysedNode, scan: AnalysedNode, column: string) {
  const index = { table: scan.table ?? '', method: 'gist', keys: [column] } as const;
  return {
    message: `The distance of all ${count(scan.allRows)} of ${scan.table} was computed for the nearest ${count(node.rows)}.`,
    help: `A GiST index gives the nearest first: ${indexStatement(index)}`,
    severity: 'information' as const,
    saves: node.msWithin,
    index,
  };
}
