import type { Node } from '@pgsql/types';
import { nameParts } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';
import { constantKey } from './columns.ts';
import { inEveryQuery, nodesOf } from './queryLevels.ts';

export default defineRule({
  id: 'not-equal-any',
  family: 'queries',
  severity: 'warning',
  docs: {
    summary: '`<> ANY (…)` with several values.',
    why: 'It asks whether the value differs from at least one of them, and every value does, once there are two: all rows are found that are not null.',
    fine: 'Never: with one value, <> says it.',
    source: 'https://www.postgresql.org/docs/current/functions-comparisons.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);',
      unsafe: "DELETE FROM orders WHERE status <> ANY (ARRAY['v1', 'v2']);",
      safe: "DELETE FROM orders WHERE status <> ALL (ARRAY['v1', 'v2']);",
    },
  ],
  check: inEveryQuery((context) => {
    const { tokens } = context;
    for (const { kind, name, rexpr, location } of nodesOf(context.level).A_Expr) {
      if (kind !== 'AEXPR_OP_ANY' || nameParts(name).join() !== '<>' || !differs(rexpr)) continue;
      const at = tokens.at(location ?? 0);
      const word = tokens.word(at + 1);
      if (word !== 'any' && word !== 'some') continue;
      context.report(
        tokens.span(at, at + 1),
        `<> ${word.toUpperCase()} holds for every value that is not null: each differs from one of these at least.`,
        'Write <> ALL, or NOT IN.',
        [{ title: 'Write ALL', edits: [{ ...tokens.span(at + 1), newText: 'ALL' }], safe: false }],
      );
    }
  }),
});

/** An array written with two values that differ. */
function differs(node: Node | undefined): boolean {
  if (node && 'TypeCast' in node) return differs(node.TypeCast.arg);
  if (node && 'A_ArrayExpr' in node) {
    const values = (node.A_ArrayExpr.elements ?? []).map(constantKey);
    return new Set(values.filter((v) => v !== null)).size > 1;
  }
  return false;
}
