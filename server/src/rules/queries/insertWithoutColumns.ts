import { insertAt, quoteIdentifier } from '../edits.ts';
import { defineRule, type Fix } from '../rule.ts';
import { inEveryQuery, type LevelContext, queriesInside } from './queryLevels.ts';
import { starsOf } from './starExpansion.ts';

export default defineRule({
  id: 'insert-without-column-list',
  family: 'queries',
  severity: 'hint',
  docs: {
    summary: 'INSERT that does not name its columns.',
    why: 'Values go to the columns in the order in which the table happens to have them, which may differ from one database to the next and changes when a column is dropped or added.',
    fine: 'The table was created just before.',
    source: 'https://www.postgresql.org/docs/current/sql-insert.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE plans (id bigint PRIMARY KEY, name text, price numeric);',
      unsafe: "INSERT INTO plans VALUES (50, 'free', 0), (51, 'team', 9);",
      safe: "INSERT INTO plans (id, name, price) VALUES (50, 'free', 0), (51, 'team', 9);",
    },
  ],
  check: inEveryQuery((context) => {
    const { level } = context;
    if (!('InsertStmt' in level.node)) return;
    const { cols, selectStmt, relation } = level.node.InsertStmt;
    const [target] = level.items;
    if (cols?.length || !selectStmt || !relation || !target || context.before.isCreated(target.key as string)) return;
    const source = queriesInside(context).find((l) => l.role === 'source');
    // that is another rule's
    if (!source || starsOf(source, context).length > 0) return;
    const at = context.tokens.at(relation.location ?? 0);
    const end = context.tokens.afterName(at);
    const span = context.tokens.span(at, end - 1);
    context.report(
      span,
      `The values go to the columns of ${target.name} by their position, which differs where columns were dropped or added.`,
      'Name the columns.',
      fixes(source.outputComplete ? source.output.length : 0, end, context),
    );
  }),
});

function fixes(width: number, end: number, { level, tokens }: LevelContext): Fix[] {
  const [target] = level.items;
  if (!target?.complete || width === 0 || width > target.columns.length) return [];
  const alias = target.rangeVar?.alias ? end + 1 : end - 1;
  if (target.rangeVar?.alias && tokens.word(end) !== 'as') return [];
  const columns = target.columns.slice(0, width).map((c) => quoteIdentifier(c.name));
  const edits = [insertAt(tokens.span(alias).end, ` (${columns.join(', ')})`)];
  return [{ title: 'Name the columns', edits, safe: false }];
}
