import type { Resolution } from '../../query/scope.ts';
import { defineRule } from '../rule.ts';
import { inEveryQuery, type LevelContext, selectOf } from './queryLevels.ts';

export default defineRule({
  id: 'distinct-on-arbitrary-row',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'DISTINCT ON with no ORDER BY that says which row of each group is kept.',
    why: 'Postgres keeps the first row that it meets, which depends on where rows lie and on the plan: it may be another one tomorrow.',
    fine: 'The rows of a group agree in all that is selected.',
    source: 'https://www.postgresql.org/docs/current/sql-select.html#SQL-DISTINCT',
  },
  examples: [
    {
      schema: 'CREATE TABLE readings (id bigint PRIMARY KEY, sensor bigint, value numeric, at timestamptz);',
      unsafe: 'SELECT DISTINCT ON (sensor) sensor, value FROM readings ORDER BY sensor;',
      safe: 'SELECT DISTINCT ON (sensor) sensor, value FROM readings ORDER BY sensor, id DESC;',
    },
  ],
  check: inEveryQuery((context) => {
    const select = selectOf(context.level);
    const keys = select?.distinctClause?.filter((d) => Object.keys(d).length > 0) ?? [];
    if (keys.length === 0 || (select?.sortClause?.length ?? 0) > keys.length) return;
    const shown = (node: object): string =>
      JSON.stringify(node, (key, value) => (key === 'location' ? undefined : value));
    const known = new Set(keys.map(shown));
    const others = (select?.targetList ?? []).filter(
      (t) => 'ResTarget' in t && !(t.ResTarget.val && known.has(shown(t.ResTarget.val))),
    );
    if (others.length === 0) return;
    // a number or the name of an output column: what it stands for is not looked up
    if (
      keys.some((k) => 'A_Const' in k) ||
      context.level.references.some(
        (r) => r.clause === 'distinct' && r.resolution.kind !== 'output' && r.resolution.kind !== 'column',
      )
    )
      return;
    if (isKeyOfAll(context)) return;
    const at = context.tokens.find(
      ['distinct', 'on'],
      Math.max(0, context.tokens.at(locationOf(keys[0] as object)) - 3),
    );
    if (at < 0) return;
    context.report(
      context.tokens.span(at, at + 1),
      'Which row of each group is kept is left to chance: ORDER BY does not go beyond the columns of DISTINCT ON.',
      'Order by the same columns and then by what decides, such as a time, newest first.',
    );
  }),
});

function locationOf(node: object): number {
  const value = Object.values(node)[0] as { location?: number };
  return value.location ?? 0;
}

/** Whether the columns of DISTINCT ON are a primary key of the table that all output columns are taken from. */
function isKeyOfAll({ level, before }: LevelContext): boolean {
  const keys = level.references.filter((r) => r.clause === 'distinct').map((r) => r.resolution);
  const shown = level.references.filter((r) => r.clause === 'select').map((r) => r.resolution);
  const [first] = keys;
  if (first?.kind !== 'column' || !first.item.key) return false;
  const isOfTable = (r: Resolution): r is Extract<Resolution, { kind: 'column' }> =>
    r.kind === 'column' && r.item === first.item;
  const primary = before.relation(first.item.key)?.constraints.find((c) => c.kind === 'primary')?.columns ?? [];
  const known = keys.filter(isOfTable).map((r) => r.column.name);
  return primary.length > 0 && primary.every((c) => known.includes(c)) && shown.every(isOfTable);
}
