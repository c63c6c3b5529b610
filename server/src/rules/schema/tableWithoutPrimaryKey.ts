import type { CreateStmt } from '@pgsql/types';
import { columnOf, type Relation } from '../../catalog/catalog.ts';
import { rangeVarKey } from '../../catalog/names.ts';
import { insertAt } from '../edits.ts';
import { type ConclusionContext, defineRule, type Fix } from '../rule.ts';
import { definedColumns, keywords, writtenName } from './newColumns.ts';

export default defineRule({
  id: 'table-without-primary-key',
  family: 'schema',
  severity: 'information',
  docs: {
    summary: 'A new table that gets no primary key, and no other key that would do.',
    why: 'Nothing keeps the same row from being there twice, and then nothing tells the two apart to change one of them. As soon as the table is published for logical replication (also for a blue-green upgrade or change data capture), every UPDATE and DELETE of it is refused, because it has no replica identity.',
    fine: 'Rows are only ever added and read in bulk, and the table is never replicated.',
    source: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY, name text);',
      safe: 'CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);',
    },
  ],
  conclude: {
    CreateStmt(stmt, context) {
      // what it inherits or copies may bring a key, and partitions have that of their parent
      if (stmt.inhRelations || stmt.partbound || stmt.ofTypename || stmt.relation?.relpersistence === 't') return;
      if ((stmt.tableElts ?? []).some((node) => 'TableLikeClause' in node)) return;
      const relation = context.after.relation(rangeVarKey(stmt.relation, context.session.schema));
      if (!relation || !isTable(relation) || relation.columns.length === 0 || hasKey(relation, context)) return;
      const name = writtenName(stmt.relation, context);
      const at = context.tokens.at(stmt.relation?.location ?? 0);
      context.report(
        context.tokens.span(at, context.tokens.afterName(at) - 1),
        `${name} has no primary key: equal rows cannot be told apart, and once it is replicated logically, UPDATE and DELETE are refused.`,
        'Give it a primary key.',
        byId(stmt, relation, context),
      );
    },
  },
});

const isTable = ({ kind, complete }: Relation): boolean => complete && (kind === 'table' || kind === 'partitioned');

/** A primary key, or a unique one whose columns are all NOT NULL, which can stand in for it. */
function hasKey(relation: Relation, context: ConclusionContext): boolean {
  const required = (columns: readonly (string | null)[]): boolean =>
    columns.every((name) => name !== null && columnOf(relation, name)?.notNull === true);
  return (
    relation.constraints.some((c) => c.kind === 'primary' || (c.kind === 'unique' && required(c.columns))) ||
    relation.indexes.some((key) => {
      const index = context.after.relation(key)?.index;
      return index?.unique && !index.where && required(index.keys.map((k) => k.column));
    })
  );
}

/** Where there is a column `id`. A partitioned table's key needs more than that. */
function byId(stmt: CreateStmt, relation: Relation, context: ConclusionContext): Fix[] {
  const id = definedColumns(stmt, context, context.session.schema).find((column) => column.name === 'id');
  if (!id || relation.kind !== 'table' || !/^(?:int[248]|serial[248]|uuid|text|varchar)$/.test(id.type.name)) return [];
  return [
    {
      title: 'Make id the primary key',
      safe: false,
      edits: [insertAt(id.span.end, keywords(' PRIMARY KEY', context))],
    },
  ];
}
