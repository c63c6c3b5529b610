import { type Advice, count } from './advice.ts';

const manyPages = 300;
const times = 5;
/** Bytes: the head of a row, its entry in the page, and what aligns them. */
const rowOverhead = 32;
const pageSize = 8192;

export const tableMostlyEmpty: Advice = {
  code: 'table-mostly-empty',
  summary: 'A scan of a table that is many times as large as its rows: the room of deleted ones.',
  at(node) {
    const { known } = node;
    if (node.type !== 'Seq Scan' || !known || known.pages < manyPages || node.isParallel) return null;
    if (known.columns.some(({ width }) => width === null)) return null;
    const rows = node.rows + node.removed('Filter') / Math.max(1, node.loops);
    // a scan that was stopped has not seen all rows
    const read = (node.own.exclusive.sharedHit ?? 0) + (node.own.exclusive.sharedRead ?? 0);
    if (node.loops !== 1 || read < known.pages) return null;
    const width = known.columns.reduce((total, column) => total + (column.width ?? 0), 0) + rowOverhead;
    const needed = Math.ceil((rows * width) / pageSize) + 1;
    if (known.pages < times * needed) return null;
    return {
      message: `${node.table} takes ${count(known.pages, 'page')} for ${count(rows)} that would fit in about ${count(needed, 'page')}: every scan of it reads the room of rows that are deleted.`,
      help: `VACUUM FULL ${node.table} gives it back, but nobody can use the table meanwhile; pg_repack does it beside them. Autovacuum that runs more often on this table keeps it from coming back.`,
      severity: 'information',
      saves: node.ms * (1 - needed / known.pages),
    };
  },
};
