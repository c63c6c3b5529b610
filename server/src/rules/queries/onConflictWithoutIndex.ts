import type { SchemaReader } from '../../catalog/schema.ts';
import type { RangeItem } from '../../query/scope.ts';
import { defineRule } from '../rule.ts';
import { closing } from './expressionSpan.ts';
import { inEveryQuery } from './queryLevels.ts';

export default defineRule({
  id: 'on-conflict-without-unique-index',
  family: 'queries',
  severity: 'error',
  docs: {
    summary: 'ON CONFLICT (columns) on a table with no unique index on just those columns.',
    why: 'Postgres refuses the statement (42P10): it takes a unique index to find the row that is in conflict.',
    fine: 'The index is made elsewhere, out of sight of the migrations.',
    source: 'https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, team_id bigint, email text, UNIQUE (team_id, email));',
      unsafe: "INSERT INTO users (id, email) VALUES (100, 'a') ON CONFLICT (email) DO NOTHING;",
      safe: "INSERT INTO users (id, email) VALUES (100, 'a') ON CONFLICT (team_id, email) DO NOTHING;",
    },
  ],
  check: inEveryQuery((context) => {
    const { level, tokens, before } = context;
    const conflict = 'InsertStmt' in level.node ? level.node.InsertStmt.onConflictClause : undefined;
    const [target] = level.items;
    if (!conflict?.infer || conflict.infer.conname || conflict.infer.whereClause || !target?.complete) return;
    const elements = (conflict.infer.indexElems ?? []).map((e) => ('IndexElem' in e ? e.IndexElem : {}));
    if (elements.some((e) => !e.name || e.collation || e.opclass)) return;
    const columns = new Set(elements.map((e) => e.name as string));
    if (!mayBeSure(target, before) || [...columns].some((c) => !target.columns.some((t) => t.name === c))) return;
    if (
      uniqueKeys(target, before).some(
        (key) => key.length === columns.size && key.every((c) => c !== null && columns.has(c)),
      )
    )
      return;
    const at = tokens.at(conflict.infer.location ?? 0);
    const close = closing(at, tokens);
    if (close < 0) return;
    context.report(
      tokens.span(at, close),
      `${target.name} has no unique index on (${[...columns].join(', ')}): the statement fails.`,
      'Name the columns of a unique index, or create one on these columns first.',
    );
  }),
});

/** Whether the files show every unique index of the table. */
function mayBeSure({ relation }: RangeItem, schema: SchemaReader): boolean {
  // a partition has the indexes of its parent
  if (relation?.kind !== 'table' || relation.partitionOf !== null || relation.inherits.length > 0) return false;
  return relation.indexes.every((key) => schema.relation(key)?.index);
}

function uniqueKeys({ relation }: RangeItem, schema: SchemaReader): readonly (readonly (string | null)[])[] {
  const constraints = (relation?.constraints ?? [])
    .filter((c) => c.kind === 'primary' || c.kind === 'unique')
    .map((c) => c.columns);
  const indexes = (relation?.indexes ?? []).flatMap((key) => {
    const index = schema.relation(key)?.index;
    return index?.unique ? [index.keys.map((k) => k.column)] : [];
  });
  return [...constraints, ...indexes];
}
