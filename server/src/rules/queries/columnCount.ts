import type { QueryLevel } from '../../query/scope.ts';
import { defineRule } from '../rule.ts';
import { inEveryQuery, type LevelContext, queriesInside } from './queryLevels.ts';

export default defineRule({
  id: 'column-count-mismatch',
  family: 'queries',
  severity: 'error',
  docs: {
    summary: 'INSERT with more or fewer values than columns, or UNION of queries with different numbers of columns.',
    why: 'Postgres refuses the statement (42601).',
    fine: 'Never.',
    source: 'https://www.postgresql.org/docs/current/sql-insert.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE plans (id bigint PRIMARY KEY, name text, price numeric);',
      unsafe: "INSERT INTO plans (id, name) VALUES (50, 'free', 0);",
      safe: "INSERT INTO plans (id, name, price) VALUES (50, 'free', 0);",
    },
    {
      schema: 'CREATE TABLE plans (id bigint PRIMARY KEY, name text, price numeric);',
      unsafe: 'SELECT id, name FROM plans UNION ALL SELECT id FROM plans;',
      safe: 'SELECT id, name FROM plans UNION ALL SELECT id, name FROM plans;',
    },
  ],
  check: inEveryQuery((context) => {
    const { level } = context;
    const inside = queriesInside(context);
    if ('InsertStmt' in level.node)
      insert(
        inside.find((l) => l.role === 'source'),
        context,
      );
    const branches = inside.filter((l) => l.role === 'branch');
    const [first, ...others] = branches;
    const other = others.find((o) => o.outputComplete && o.output.length !== first?.output.length);
    if (!first?.outputComplete || !other) return;
    report(
      other,
      `This query has ${columns(other.output.length)}, the first one has ${columns(first.output.length)}: the statement fails.`,
      context,
    );
  }),
});

function insert(source: QueryLevel | undefined, context: LevelContext): void {
  const { level, before } = context;
  const [target] = level.items;
  if (!('InsertStmt' in level.node) || !source?.outputComplete || !target) return;
  const named = level.node.InsertStmt.cols?.length;
  // without a list of columns, fewer values than columns are allowed
  const most =
    named ??
    (target.complete && target.relation?.kind === 'table' && !before.doubts('columns') ? target.columns.length : null);
  const given = source.output.length;
  if (most === null || given === most || (named === undefined && given < most)) return;
  report(source, `${given} values are given for ${columns(most)} of ${target.name}: the statement fails.`, context);
}

const columns = (n: number): string => `${n} column${n === 1 ? '' : 's'}`;

function report(query: QueryLevel, message: string, { tokens, report }: LevelContext): void {
  const { SelectStmt: select } = query.node as { SelectStmt?: { targetList?: object[]; valuesLists?: object[] } };
  const target = select?.targetList?.[0] as { ResTarget?: { location?: number } } | undefined;
  const location = target?.ResTarget?.location;
  const at = location === undefined ? tokens.find(['values']) : tokens.at(location) - 1;
  if (at >= 0) report(tokens.span(at), message, 'Give as many as there are columns.');
}
