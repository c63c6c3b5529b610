import type { CommonTable } from '../../query/scope.ts';
import type { Edit, Fix } from '../rule.ts';
import { defineRule } from '../rule.ts';
import { closing } from './expressionSpan.ts';
import { inEveryQuery, type LevelContext } from './queryLevels.ts';

const schema = 'CREATE TABLE users (id bigint PRIMARY KEY, name text);';

export default defineRule({
  id: 'unused-cte',
  family: 'queries',
  severity: 'hint',
  docs: {
    summary: 'A WITH query that nothing refers to.',
    why: 'Postgres does not run a SELECT in WITH that nothing refers to; whoever reads the statement has to find that out.',
    fine: 'The statement is being written.',
    source: 'https://www.postgresql.org/docs/current/queries-with.html',
  },
  examples: [
    {
      schema,
      unsafe: 'WITH old AS (SELECT 1 / (id - id) FROM users) SELECT name FROM users;',
      safe: 'SELECT name FROM users;',
    },
  ],
  check: inEveryQuery((context) => {
    const { level, scopes, tokens } = context;
    for (const table of level.ctes) {
      const { level: query, uses, node } = table;
      // one that writes runs in any case; of WITH RECURSIVE a query counts as used by itself
      if (uses > 0 || !query || !('SelectStmt' in query.node)) continue;
      // locking-cte-not-run says it
      if (query.node.SelectStmt.lockingClause) continue;
      if (scopes.levels.some((l) => l.role === 'cte' && !('SelectStmt' in l.node))) continue;
      const at = tokens.at(node.location ?? 0);
      context.report(
        tokens.span(at),
        `Nothing refers to ${table.name}: it is not run.`,
        'Leave it out.',
        fixes(table, context),
      );
    }
  }),
});

function fixes(table: CommonTable, { level, tokens, text }: LevelContext): Fix[] {
  const { search_clause, cycle_clause } = table.node;
  if (search_clause || cycle_clause) return [];
  const at = tokens.at(table.node.location ?? 0);
  const columns = tokens.word(at + 1) === '(' ? closing(at + 1, tokens) : at;
  const open = tokens.find(['('], columns + 1);
  const close = closing(open, tokens);
  if (close < 0 || tokens.word(columns + 1) !== 'as') return [];
  let edit: Edit;
  if (tokens.word(close + 1) === ',')
    edit = { start: tokens.span(at).start, end: tokens.span(close + 2).start, newText: '' };
  else if (level.ctes.length > 1) edit = { start: tokens.span(at - 1).start, end: tokens.span(close).end, newText: '' };
  else {
    const first = tokens.word(at - 1) === 'recursive' ? at - 2 : at - 1;
    edit = { start: tokens.span(first).start, end: tokens.span(close + 1).start, newText: '' };
  }
  // a comment there would go along
  if (/--|\/\*/.test(text.slice(edit.start, edit.end))) return [];
  return [{ title: `Leave ${table.name} out`, edits: [edit], safe: true }];
}
