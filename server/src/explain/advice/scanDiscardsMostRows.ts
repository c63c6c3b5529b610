import type { IndexProposal } from '../../protocol.ts';
import { type Advice, count, indexStatement, quoted, type Told } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';
import type { Condition } from './conditions.ts';

const manyRemoved = 10_000;
const fewKept = 0.01;

export const scanDiscardsMostRows: Advice = {
  code: 'scan-discards-most-rows',
  summary: 'A scan of a whole table that keeps next to nothing of it.',
  at(node): Told | null {
    if (node.type !== 'Seq Scan' || node.table === null) return null;
    const removed = node.removed('Filter');
    const kept = node.allRows;
    if (removed < manyRemoved || kept >= fewKept * (kept + removed)) return null;
    const each = node.loops > 1 ? `, in ${count(node.loops, 'loop')},` : '';
    const { index, help } = remedy(node, node.conditions('Filter'));
    return {
      message: `This scan read ${count(kept + removed)} of ${node.table}${each} and kept ${count(kept)}: ${node.text('Filter') ?? 'its condition'}.`,
      help,
      severity: 'information',
      saves: node.ms,
      ...(index ? { index } : {}),
    };
  },
};

/** Operators that a btree index serves, the exact ones first in an index. */
const equalities = new Set(['=', '= any', 'is null']);
const ranges = new Set(['<', '<=', '>', '>=']);
/** Those that the default operator classes of GIN serve. */
const containments = new Set(['@>', '@@', '&&', '?', '?|', '?&']);

interface Remedy {
  readonly index: IndexProposal | null;
  readonly help: string;
}

export function remedy(node: AnalysedNode, conditions: readonly Condition[]): Remedy {
  const table = node.table ?? '';
  const own = conditions.filter(({ column }) => column && (column.alias === null || column.alias === node.own.alias));
  const plain = own.filter(({ form }) => form === 'plain');
  const exact = plain.filter(({ operator }) => equalities.has(operator));
  const range = plain.find(({ operator }) => ranges.has(operator));
  const keys = [...new Set([...exact, ...(range ? [range] : [])].map(({ column }) => quoted(column?.name ?? '')))];
  if (keys.length > 0) return proposed({ table, method: 'btree', keys });

  const contained = plain.find(({ operator }) => containments.has(operator));
  if (contained) return proposed({ table, method: 'gin', keys: [quoted(contained.column?.name ?? '')] });

  const called = own.find(
    ({ form, expression, operator }) => form === 'function' && expression !== null && equalities.has(operator),
  );
  if (called?.expression)
    return proposed(
      { table, method: 'btree', keys: [withoutAlias(called.expression, node)] },
      'An index on the column is of no use to what a function makes of it; one on the expression is, if the function is immutable: ',
    );

  const cast = own.find(({ form, castTo }) => form === 'cast' && castTo !== null);
  if (cast)
    return {
      index: null,
      help: `Every row's ${cast.column?.name} is turned into ${cast.castTo} to be compared, so that no index on ${cast.column?.name} can serve: compare it with a value of the column's own type.`,
    };

  const like = plain.find(({ operator }) => ['~~', '~~*', '~', '~*'].includes(operator));
  if (like)
    return {
      index: null,
      help: `No btree index serves a pattern that may begin anywhere; one of trigrams does: CREATE EXTENSION pg_trgm; CREATE INDEX CONCURRENTLY ON ${table} USING gin (${quoted(like.column?.name ?? '')} gin_trgm_ops).`,
    };
  return { index: null, help: 'An index that fits this condition would leave most of the table alone.' };
}

const proposed = (index: IndexProposal, why = 'An index would leave most of the table alone: '): Remedy => ({
  index,
  help: `${why}${indexStatement(index)}`,
});

/** `lower(u.email)` is an expression of the table alone. */
const withoutAlias = (expression: string, node: AnalysedNode): string =>
  node.own.alias === null ? expression : expression.replaceAll(`${quoted(node.own.alias)}.`, '');
