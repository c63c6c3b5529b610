import { vectorTypeOf } from '../../facts/pgvector.ts';
import { defineRule } from '../rule.ts';
import { withMethod } from './indexEdits.ts';
import { writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'ivfflat-index-on-new-table',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'An ivfflat index on a table that the same file creates.',
    why: 'ivfflat sorts the rows into lists around centers that it computes from the rows that are there when it is built. Built on an empty table the centers fit nothing, and searches miss near neighbours until the index is built again.',
    fine: 'The file fills the table before, or the index is rebuilt (REINDEX) once the rows are there.',
    source: 'https://www.postgresql.org/docs/current/sql-reindex.html',
  },
  examples: [
    {
      schema: 'CREATE EXTENSION vector;',
      unsafe:
        'CREATE TABLE items (id bigint PRIMARY KEY, embedding vector(3));\nCREATE INDEX items_embedding_idx ON items USING ivfflat (embedding vector_l2_ops) WITH (lists = 100);',
      safe: 'CREATE TABLE items (id bigint PRIMARY KEY, embedding vector(3));\nCREATE INDEX items_embedding_idx ON items USING hnsw (embedding vector_l2_ops);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      if (stmt.accessMethod !== 'ivfflat') return;
      const index = writtenIndex(stmt, context);
      const { relation, key } = index?.table ?? {};
      if (!index?.using || !relation || key === undefined || !context.before.isCreated(key)) return;
      // CREATE TABLE AS fills the table, and gives it no key
      if (relation.kind !== 'table' || relation.constraints.length === 0) return;
      if (!index.keys.some((k) => vectorTypeOf(k.type))) return;
      const simple = index.keys.every((k) => k.element.opclass) && index.parameters.length === 1;
      const [parameter] = index.parameters;
      const { tokens } = context;
      const first = parameter ? tokens.at(parameter.span.start) - 2 : -1;
      const last = parameter ? tokens.at(parameter.span.end - 1) + 1 : -1;
      context.report(
        index.using,
        'ivfflat computes its lists from the rows that are there, and this file has only just created the table.',
        'Create the index once the table has its rows, or use hnsw, which needs none.',
        simple && tokens.word(first) === 'with'
          ? [
              {
                title: 'Use an hnsw index',
                safe: false,
                edits: [
                  withMethod(index, 'hnsw', context),
                  { start: tokens.span(first - 1).end, end: tokens.span(last).end, newText: '' },
                ],
              },
            ]
          : [],
      );
    },
  },
});
