import { defineRule } from '../rule.ts';
import { inEveryQuery } from './queryLevels.ts';

export default defineRule({
  id: 'locking-cte-not-run',
  family: 'queries',
  severity: 'warning',
  docs: {
    summary: 'A WITH query that is to lock rows, FOR UPDATE, and that nothing refers to.',
    why: 'Postgres does not run a SELECT in WITH that nothing refers to: no row is locked, and the order of locking that was to prevent deadlocks is not kept.',
    fine: 'Never: without the lock it can go.',
    source: 'https://www.postgresql.org/docs/current/queries-with.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE jobs (id bigint PRIMARY KEY, state text);',
      unsafe:
        "WITH locked AS (SELECT id FROM jobs WHERE id < 5 ORDER BY id FOR UPDATE) UPDATE jobs SET state = 'x' WHERE id IN (3, 4);",
      safe: "WITH locked AS (SELECT id FROM jobs WHERE id < 5 ORDER BY id FOR UPDATE) UPDATE jobs SET state = 'x' WHERE id IN (SELECT id FROM locked) AND id IN (3, 4);",
    },
  ],
  check: inEveryQuery((context) => {
    for (const { level: query, name, node, uses } of context.level.ctes) {
      if (uses > 0 || !query || !('SelectStmt' in query.node) || !query.node.SelectStmt.lockingClause) continue;
      context.report(
        context.tokens.span(context.tokens.at(node.location ?? 0)),
        `Nothing refers to ${name}: it is not run, and locks no row.`,
        `Take the rows to write from it: … WHERE id IN (SELECT id FROM ${name}).`,
      );
    }
  }),
});
