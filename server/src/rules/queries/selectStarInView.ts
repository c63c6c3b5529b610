import { defineRule, type RuleDefinition } from '../rule.ts';
import { inEveryQuery } from './queryLevels.ts';
import { starsOf, writeOut } from './starExpansion.ts';

const schema = 'CREATE TABLE users (id bigint PRIMARY KEY, email text);';

export default defineRule({
  id: 'select-star-in-view',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'SELECT * from a table in the definition of a view.',
    why: 'The star is written out when the view is created: columns that the table gets later are not in the view, and every column that it has now can no longer be dropped or change its type without the view.',
    fine: 'The view is meant to show just the columns of today.',
    source: 'https://www.postgresql.org/docs/current/sql-createview.html',
  },
  examples: [
    {
      schema,
      unsafe: 'CREATE VIEW people AS SELECT * FROM users;',
      safe: 'CREATE VIEW people AS SELECT id, email FROM users;',
    },
  ],
  check: onlyViews(),
});

function onlyViews(): RuleDefinition['check'] {
  const check = inEveryQuery((context) => {
    const { level } = context;
    if (level.role !== 'statement') return;
    for (const star of starsOf(level, context))
      context.report(
        star.span,
        `The star stands for the columns that ${star.tables.join(' and ')} has now: later ones will not be in the view.`,
        'Name the columns that the view is for.',
        writeOut(star, level),
      );
  });
  return {
    ...(check?.ViewStmt ? { ViewStmt: check.ViewStmt } : {}),
    CreateTableAsStmt(stmt, context) {
      if (stmt.objtype === 'OBJECT_MATVIEW') check?.CreateTableAsStmt?.(stmt, context);
    },
  };
}
