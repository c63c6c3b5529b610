import type { InsertStmt } from '@pgsql/types';
import { rangeVarKey } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';

/** So many INSERTs in a row are told of. */
export const seriesLength = 10;

/** The written column list of an INSERT of one row of VALUES that does nothing else; null for any other. */
export function columnsOfOneRow(stmt: InsertStmt): string | null {
  if (stmt.onConflictClause || stmt.withClause || stmt.returningClause) return null;
  const query = stmt.selectStmt && 'SelectStmt' in stmt.selectStmt ? stmt.selectStmt.SelectStmt : null;
  if (query?.valuesLists?.length !== 1) return null;
  return (stmt.cols ?? []).map((c) => ('ResTarget' in c ? (c.ResTarget.name ?? '') : '')).join(', ');
}

const values = Array.from({ length: seriesLength }, (_, i) => `(${i + 101}, 'c${i}')`);

export default defineRule({
  id: 'insert-series',
  family: 'queries',
  severity: 'hint',
  docs: {
    summary: `${seriesLength} or more INSERTs of one row each, one after another, into the same columns.`,
    why: 'Each statement is parsed, planned and sent by itself and, outside a transaction, committed by itself: every commit writes a record of its own to the write-ahead log and waits until it is on disk. One INSERT with all rows, or COPY, does that once.',
    fine: 'There are few of them, or the tool that runs the file wants one row each.',
    source: 'https://www.postgresql.org/docs/current/populate.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE countries (id bigint PRIMARY KEY, code text);',
      unsafe: values.map((row) => `INSERT INTO countries (id, code) VALUES ${row};`).join('\n'),
      safe: `INSERT INTO countries (id, code) VALUES\n  ${values.join(',\n  ')};`,
    },
  ],
  check: {
    InsertStmt(stmt, context) {
      const { before, tokens } = context;
      const columns = columnsOfOneRow(stmt);
      const run = before.insertRun;
      if (columns === null || run?.count !== seriesLength - 1) return;
      if (run.into !== `${rangeVarKey(stmt.relation, before.session.schema)} (${columns})`) return;
      context.report(
        tokens.span(0, 1),
        `This is INSERT number ${seriesLength} in a row that adds a single row to ${stmt.relation?.relname}.`,
        'Put all rows into one INSERT, or COPY them.',
      );
    },
  },
});
