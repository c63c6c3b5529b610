import type { Node } from '@pgsql/types';
import { columnOf } from '../../catalog/catalog.ts';
import { nameParts } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';
import { withoutMethod } from './indexEdits.ts';
import { writtenIndex } from './writtenIndex.ts';

/** uuidv7 and uuid_generate_v1 grow with time. */
const random = new Set([
  'gen_random_uuid',
  'uuidv4',
  'uuid_generate_v4',
  'random',
  'gen_random_bytes',
  'md5',
  'encode',
]);

export default defineRule({
  id: 'brin-on-random-values',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'A BRIN index on a column whose default makes random values.',
    why: 'A BRIN index keeps the smallest and the largest value of each range of pages. Random values fill every range from end to end, so nearly all ranges match and the whole table is read.',
    fine: 'The rows are written in the order of the column all the same (by CLUSTER, once).',
    source: 'https://www.postgresql.org/docs/current/brin.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE events (id uuid DEFAULT gen_random_uuid(), at timestamptz);',
      unsafe: 'CREATE INDEX CONCURRENTLY events_id_idx ON events USING brin (id);',
      safe: 'CREATE INDEX CONCURRENTLY events_id_idx ON events (id);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      if (stmt.accessMethod !== 'brin') return;
      const index = writtenIndex(stmt, context);
      for (const { column, element, span } of index?.keys ?? []) {
        // bloom operator classes are for values without order
        if (!index || column === null || element.opclass) continue;
        const given = columnOf(index.table.relation, column)?.default;
        const maker = given ? calledFunction(given) : null;
        if (maker === null || !random.has(maker)) continue;
        const plain = index.keys.length === 1 && index.parameters.length === 0;
        context.report(
          span,
          `A BRIN index on ${column} tells ranges of pages apart by their values, and ${maker}() spreads those over all pages.`,
          'Use a btree index; or brin with the bloom operator class of the type (uuid_bloom_ops) for = alone.',
          plain ? [{ title: 'Use a btree index', safe: false, edits: [withoutMethod(index, context)] }] : [],
        );
      }
    },
  },
});

/** The outermost function of a default that is a call, through casts; md5() and encode() count only of something random. */
function calledFunction(node: Node): string | null {
  if ('TypeCast' in node) return node.TypeCast.arg ? calledFunction(node.TypeCast.arg) : null;
  if (!('FuncCall' in node)) return null;
  const name = nameParts(node.FuncCall.funcname).at(-1) ?? '';
  if (name !== 'md5' && name !== 'encode') return name;
  const [argument] = node.FuncCall.args ?? [];
  const inner = argument ? calledFunction(argument) : null;
  return inner !== null && random.has(inner) ? inner : null;
}
