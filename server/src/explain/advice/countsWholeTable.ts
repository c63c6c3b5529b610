import { type Advice, count } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';

const many = 50_000;

export const countsWholeTable: Advice = {
  code: 'counts-whole-table',
  summary: 'count(*) of a whole table, which reads all of it.',
  at(node) {
    if (node.type !== 'Aggregate' || node.text('Strategy') !== 'Plain' || node.text('Partial Mode') === 'Partial')
      return null;
    if (!isCount(node)) return null;
    const scans = scansBelow(node);
    const [scan] = scans;
    if (!scan?.table || scans.some((other) => !readsAll(other))) return null;
    const name = scan.known?.parent?.name ?? scan.table;
    if (scans.length > 1 && scan.known?.parent === undefined) return null;
    const rows = scans.reduce((total, { allRows }) => total + allRows, 0);
    if (rows < many) return null;
    const estimated = scans.length === 1 ? scan.known?.estimatedRows : null;
    const kept = estimated ? `Postgres keeps one (now ${count(estimated)})` : 'Postgres keeps one';
    return {
      message: `All ${count(rows)} of ${name} were read to be counted.`,
      help: `Every exact count(*) reads them all, as each session may see other rows. Where an estimate will do, ${kept}: SELECT reltuples::bigint FROM pg_class WHERE oid = '${scan.table.replaceAll("'", "''")}'::regclass. To know whether there is any, EXISTS stops at the first.`,
      severity: 'information',
      saves: node.msWithin,
    };
  },
};

/** Eight bytes of rows of which no column is read: no other aggregate that people write does that. */
function isCount(node: AnalysedNode): boolean {
  const { sql } = node.plan;
  if (sql !== '' && !/\bcount\s*\(\s*(?:\*|1)\s*\)/i.test(sql)) return false;
  return node.number('Plan Width') === 8 && node.text('Filter') === null;
}

/** Through what parallel workers and partitions put in between. */
function scansBelow(node: AnalysedNode): AnalysedNode[] {
  return node.children
    .filter(({ relationship }) => relationship === 'Outer' || relationship === 'Member')
    .flatMap((child) => (['Gather', 'Aggregate', 'Append'].includes(child.type) ? scansBelow(child) : [child]));
}

const readsAll = (scan: AnalysedNode): boolean =>
  ['Seq Scan', 'Index Only Scan'].includes(scan.type) &&
  scan.text('Filter') === null &&
  scan.text('Index Cond') === null &&
  scan.number('Plan Width') === 0;
