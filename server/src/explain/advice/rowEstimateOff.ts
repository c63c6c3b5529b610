import { type Advice, count } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';
import { equalColumns } from './columnsDepend.ts';
import { isStale } from './staleStatistics.ts';
import { mayStopEarly } from './stopping.ts';

/** Rows below which a wrong estimate changes no plan worth the name. */
const matters = 1_000;
const off = 100;

export const rowEstimateOff: Advice = {
  code: 'row-estimate-off',
  summary: 'Estimates that are off a hundredfold, where that begins: those above it only pass it on.',
  ofStatistics: true,
  at(node) {
    if (!isOff(node) || node.children.some(isOff)) return null;
    // what mends it is told by advice of its own
    if (equalColumns(node).length > 1 || isStale(node)) return null;
    // fewer rows than expected of a whole table that nothing is planned on do no harm
    const isHarmless = node.type === 'Seq Scan' && node.rows < node.plannedRows;
    if ((!isBase(node) || isHarmless) && !isPlannedOn(node)) return null;
    return {
      message: `Postgres expected ${count(node.plannedRows)} here and got ${count(node.rows)}${
        node.loops > 1 ? ' per loop' : ''
      }: its statistics do not describe this data or condition.`,
      help: helpOf(node),
      severity: 'warning',
      saves: node.parent?.msWithin ?? node.ms,
    };
  },
};

/** The one condition that the node has, where it compares what is made of one column with a value. */
function expressionOf(node: AnalysedNode): string | null {
  const conditions = (['Filter', 'Index Cond', 'Recheck Cond'] as const).flatMap((key) => node.conditions(key));
  const [only] = conditions;
  if (!only || conditions.length > 1 || node.table === null || only.joins || only.operator !== '=') return null;
  return only.form === 'function' || only.form === 'other' ? only.expression : null;
}

const statisticsName = ({ table }: AnalysedNode): string =>
  `${(table ?? '').split('.').at(-1)?.replace(/\W+/g, '')}_expression`;

function helpOf(node: AnalysedNode): string {
  const expression = expressionOf(node);
  if (expression !== null)
    return `Of ${expression} it has no statistics: CREATE STATISTICS ${statisticsName(node)} ON (${expression}) FROM ${node.table}; ANALYZE ${node.table}; gives it some.`;
  if (joins.has(node.type))
    return 'How many rows of one side have a match on the other, Postgres guesses from each column by itself. ANALYZE both tables; a foreign key over the columns tells it that each row has one.';
  if (node.type === 'Aggregate' && !node.list('Group Key').some((key) => key.includes('(')))
    return 'How many groups there are, Postgres guesses from the numbers of values. ANALYZE the tables; for a column of which a sample tells too little, ALTER TABLE … ALTER COLUMN … SET (n_distinct = …) and ANALYZE.';
  if (node.table === null || node.type === 'Aggregate')
    return 'Of rows that a function or a subquery makes there are no statistics: ROWS of a function says how many come; a subquery on which much hangs can be put into a temporary table and analysed there.';
  return 'ANALYZE the table; where that does not help, the condition is one that Postgres has no statistics on: an expression index, or CREATE STATISTICS on the expression, gives it some.';
}

/** A scan, whose own way of reading was chosen by it. */
const isBase = ({ type }: AnalysedNode): boolean => /Scan$/.test(type) && !/^(?:Subquery|CTE|Function) /.test(type);

/** Whether something above it was chosen by how many rows come: another join, a sort, groups. */
function isPlannedOn(node: AnalysedNode): boolean {
  for (let at = node.parent; at; at = at.parent) {
    if (joins.has(at.type) || ['Sort', 'Incremental Sort', 'WindowAgg', 'Unique'].includes(at.type)) return true;
    if (at.type === 'Aggregate' && at.list('Group Key').length > 0) return true;
  }
  return false;
}

/** `=` between two tables, of which there are statistics. */
const comparesEqual = (node: AnalysedNode): boolean =>
  node.text('Hash Cond') !== null ||
  node.text('Merge Cond') !== null ||
  [node, ...node.children].some((at) =>
    (['Join Filter', 'Index Cond', 'Filter'] as const).some((key) =>
      at.conditions(key).some(({ operator, joins: isJoin }) => operator === '=' && isJoin),
    ),
  );

/** By a value of another table, for each of its rows. */
const looksUpRange = (node: AnalysedNode): boolean =>
  (['Index Cond', 'Recheck Cond', 'Filter'] as const).some((key) =>
    node.conditions(key).some(({ operator, joins: isJoin }) => isJoin && operator !== '='),
  );

const joins = new Set(['Nested Loop', 'Hash Join', 'Merge Join']);
/** Whose number of rows is guessed; all others pass on what they are given. */
const guessed = new Set([
  ...joins,
  'Aggregate',
  'Seq Scan',
  'Index Scan',
  'Index Only Scan',
  'Bitmap Heap Scan',
  'Foreign Scan',
  'Subquery Scan',
  'CTE Scan',
  'Function Scan',
]);

/** From a WITH query, or as the default of a function. */
function isPassedOn(node: AnalysedNode): boolean {
  if (['CTE Scan', 'Subquery Scan'].includes(node.type)) return node.text('Filter') === null;
  return node.type === 'Function Scan' && node.rows < node.plannedRows;
}

export function isOff(node: AnalysedNode): boolean {
  if (node.loops === 0) return false;
  // how many rows the table has: advice of its own tells that
  if (node.type === 'Seq Scan' && node.text('Filter') === null) return false;
  const { rows: actual, plannedRows: planned } = node;
  if (Math.max(actual, planned) < matters) return false;
  // a merge join reads equal rows of its inner side again and again, and each time counts
  if (node.relationship === 'Inner' && node.parent?.type === 'Merge Join') return false;
  if (!guessed.has(node.type) || !node.isEstimated || isPassedOn(node)) return false;
  // half of the rows are guessed to be in a list that the statement makes, nobody knows of any; of < between tables a third
  if (/SubPlan/.test(node.text('Filter') ?? '')) return false;
  if (joins.has(node.type) && !comparesEqual(node)) return false;
  if (looksUpRange(node)) return false;
  // from 18 on rows are averaged with decimals; before, rounded to whole rows: an average below one can be printed as 0
  const factor = Math.max(actual, planned, 1) / Math.max(1, Math.min(actual, planned));
  return factor >= off && !(actual < planned && mayStopEarly(node));
}
