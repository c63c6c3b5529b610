import type { Node } from '@pgsql/types';
import type { QueryLevel } from '../../query/scope.ts';
import { insertAt } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { constantKey } from './columns.ts';
import { inEveryQuery, type LevelContext, queriesInside, selectOf } from './queryLevels.ts';

export default defineRule({
  id: 'union-of-distinct-rows',
  family: 'queries',
  severity: 'hint',
  docs: {
    summary: 'UNION of two queries that cannot give equal rows: each row names its source and has its key.',
    why: 'UNION sorts or hashes all rows to drop those that are equal. Here there are none, and UNION ALL gives the same rows without that work.',
    fine: 'There are few rows.',
    source: 'https://www.postgresql.org/docs/current/queries-union.html',
  },
  examples: [
    {
      schema: `CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE teams (id bigint PRIMARY KEY, name text);`,
      unsafe: "SELECT 'user' AS kind, id, name FROM users UNION SELECT 'team', id, name FROM teams;",
      safe: "SELECT 'user' AS kind, id, name FROM users UNION ALL SELECT 'team', id, name FROM teams;",
    },
  ],
  check: inEveryQuery((context) => {
    const { level, tokens } = context;
    if (!('SelectStmt' in level.node)) return;
    const { op, all, larg, rarg } = level.node.SelectStmt;
    const branches = queriesInside(context).filter((l) => l.role === 'branch');
    if (op !== 'SETOP_UNION' || all || branches.length !== 2 || !larg || !rarg) return;
    const [left, right] = branches as [QueryLevel, QueryLevel];
    if (!branches.every((branch) => hasKey(branch, context)) || !differByConstant(left, right)) return;
    const [first] = selectOf(right)?.targetList ?? [];
    const start = first && 'ResTarget' in first ? tokens.at(first.ResTarget.location ?? 0) : -1;
    let at = start;
    while (at > 0 && tokens.word(at) !== 'union') at--;
    if (at <= 0 || tokens.word(at + 1) === 'distinct') return;
    const span = tokens.span(at);
    context.report(span, 'No two rows can be equal here: UNION looks for such in vain.', 'Write UNION ALL.', [
      { title: 'Write UNION ALL', edits: [insertAt(span.end, ' ALL')], safe: true },
    ]);
  }),
});

/** Whether it reads one table and gives the whole primary key of that: then no two of its rows are equal. */
function hasKey(branch: QueryLevel, { before }: LevelContext): boolean {
  const [item, ...more] = branch.items;
  const select = selectOf(branch);
  if (!select || !item?.key || more.length > 0 || item.kind !== 'relation' || select.groupClause) return false;
  const relation = before.relation(item.key);
  // rows of tables that inherit from it may repeat the key
  if (relation?.kind !== 'table' || relation.inherited) return false;
  const key = relation.constraints.find((c) => c.kind === 'primary')?.columns ?? [];
  return key.length > 0 && key.every((name) => branch.output.some((c) => c.origin?.column.name === name));
}

/** Whether they have two different constants of one kind at the same place. */
function differByConstant(left: QueryLevel, right: QueryLevel): boolean {
  if (!left.outputComplete || left.output.length !== right.output.length) return false;
  const [a, b] = [left, right].map((l) => selectOf(l)?.targetList ?? []) as [Node[], Node[]];
  // a star shifts the places
  if (a.length !== left.output.length || b.length !== right.output.length) return false;
  return a.some((target, i) => {
    const [one, other] = [target, b[i] as Node].map(constantOf);
    return (
      one !== null && other !== null && one !== other && /^\{"sval"/.test(one ?? '') && /^\{"sval"/.test(other ?? '')
    );
  });
}

const constantOf = (target: Node): string | null => ('ResTarget' in target ? constantKey(target.ResTarget.val) : null);
