import { type Advice, count, quoted } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';
import { mayStopEarly } from './stopping.ts';

const matters = 500;
const off = 10;

export const columnsDepend: Advice = {
  code: 'columns-depend-on-each-other',
  summary: 'Columns of which one tells much of the other, multiplied as if they had nothing to do with each other.',
  ofStatistics: true,
  at(node) {
    const told = node.type === 'Aggregate' ? groups(node) : conditionsOf(node);
    if (!told) return null;
    const { table, columns, message } = told;
    const name = [...table.split('.').slice(-1), ...columns]
      .join('_')
      .replace(/[^\w]+/g, '')
      .toLowerCase()
      .slice(0, 60);
    return {
      message,
      help: `If they depend on each other, tell Postgres: CREATE STATISTICS ${name} ON ${columns.map(quoted).join(', ')} FROM ${table}; ANALYZE ${table};`,
      severity: 'information',
      saves: node.parent?.msWithin ?? node.ms,
    };
  },
};

interface Dependent {
  readonly table: string;
  readonly columns: readonly string[];
  readonly message: string;
}

/** `country = 'x' AND city = 'y'`: more rows than the product of both parts. */
function conditionsOf(node: AnalysedNode): Dependent | null {
  const { table, rows, plannedRows } = node;
  if (table === null || node.own.alias === null || !node.isEstimated || mayStopEarly(node)) return null;
  if (rows < matters || rows < off * Math.max(1, plannedRows)) return null;
  const columns = equalColumns(node);
  if (columns.length < 2 || hasStatistics(node, columns)) return null;
  return {
    table,
    columns,
    message: `Postgres expected ${count(plannedRows)} of ${table} and got ${count(rows)}${node.loops > 1 ? ' per loop' : ''}: it multiplied what ${columns.join(' and ')} keep each, as if neither told anything of the other.`,
  };
}

/** Compared with a value each; none where a condition of another kind may be what is off. */
export function equalColumns(node: AnalysedNode): string[] {
  const conditions = (['Filter', 'Index Cond', 'Recheck Cond'] as const).flatMap((key) => node.conditions(key));
  const equal = conditions.filter(
    ({ column, form, castTo, operator, joins }) =>
      column && (form === 'plain' || (form === 'cast' && castTo === 'text')) && operator === '=' && !joins,
  );
  if (equal.length < conditions.length) return [];
  return [...new Set(equal.map(({ column }) => column?.name ?? ''))];
}

const hasStatistics = (node: AnalysedNode, columns: readonly string[]): boolean =>
  node.known?.statistics.some((on) => columns.every((column) => on.includes(column))) ?? false;

/** `GROUP BY country, city`: fewer groups than the product of both. */
function groups(node: AnalysedNode): Dependent | null {
  const { rows, plannedRows } = node;
  const [below] = node.children;
  if (!below || node.loops !== 1 || node.text('Partial Mode') !== 'Simple' || node.text('Filter') !== null) return null;
  if (plannedRows < matters || plannedRows < off * Math.max(1, rows) || mayStopEarly(node)) return null;
  // the number of rows that come in has to be right
  if (below.rows < below.plannedRows / 2 || below.rows > below.plannedRows * 2 || mayStopEarly(below)) return null;
  const scan = ['Sort', 'Incremental Sort'].includes(below.type) ? below.children[0] : below;
  if (scan?.table == null || scan.text('Filter') !== null || scan.text('Index Cond') !== null) return null;
  const columns = node
    .list('Group Key')
    .map((key) => (key.startsWith(`${scan.own.alias}.`) ? key.slice(`${scan.own.alias}.`.length) : key));
  if (columns.length < 2 || columns.some((key) => !/^[a-z_][a-z0-9_]*$/.test(key)) || hasStatistics(scan, columns))
    return null;
  return {
    table: scan.table,
    columns,
    message: `Postgres expected ${count(plannedRows, 'group')} and got ${count(rows, 'group')}: it multiplied the values of ${columns.join(' and ')}, as if neither told anything of the other.`,
  };
}
