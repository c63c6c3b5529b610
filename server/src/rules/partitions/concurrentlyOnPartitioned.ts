import type { IndexStmt } from '@pgsql/types';
import { relationKey } from '../../catalog/catalog.ts';
import { nodesKey } from '../../catalog/names.ts';
import { type TargetTable, targetOf } from '../alterTable.ts';
import { insertAt, mayAddTransactions, quoteIdentifier } from '../edits.ts';
import { defineRule, type Edit, type Fix, type RuleContext } from '../rule.ts';
import { keywords } from '../schema/newColumns.ts';

export default defineRule({
  id: 'concurrently-on-partitioned-table',
  family: 'partitions',
  severity: 'error',
  docs: {
    summary: 'CREATE INDEX CONCURRENTLY on a partitioned table, or DROP INDEX CONCURRENTLY of its index.',
    why: 'Postgres builds and drops the indexes of a partitioned table in one go with those of its partitions, and not concurrently. Created ON ONLY the partitioned table, an index is at first invalid and builds nothing; each partition then gets its own CONCURRENTLY, and once all are attached the one above is valid.',
    fine: 'Never: it is refused.',
    source: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
  },
  examples: [
    {
      schema:
        'CREATE TABLE events (id bigint, at int NOT NULL) PARTITION BY RANGE (at);\nCREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);\nCREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (100) TO (200);',
      unsafe: 'CREATE INDEX CONCURRENTLY events_id_idx ON events (id);',
      safe: 'CREATE INDEX events_id_idx ON ONLY events (id);\nCREATE INDEX CONCURRENTLY events_1_id_idx ON events_1 (id);\nALTER INDEX events_id_idx ATTACH PARTITION events_1_id_idx;\nCREATE INDEX CONCURRENTLY events_2_id_idx ON events_2 (id);\nALTER INDEX events_id_idx ATTACH PARTITION events_2_id_idx;',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      if (!stmt.concurrent) return;
      const table = targetOf(stmt.relation, context);
      if (table.relation?.kind !== 'partitioned' || table.relation.temporary || stmt.if_not_exists) return;
      const at = context.tokens.find(['concurrently']);
      context.report(
        context.tokens.span(at),
        `This fails: ${table.written} is partitioned, and its indexes cannot be built CONCURRENTLY.`,
        'Create the index ON ONLY the partitioned table, then CONCURRENTLY on each partition, and attach those.',
        perPartition(stmt, table, context),
      );
    },
    DropStmt(stmt, context) {
      if (stmt.removeType !== 'OBJECT_INDEX' || !stmt.concurrent) return;
      for (const object of stmt.objects ?? []) {
        if (!('List' in object)) continue;
        const index = context.before.relation(nodesKey(object.List.items, context.before.session.schema));
        const table = index?.table ? context.before.relation(index.table) : undefined;
        // of a temporary table CONCURRENTLY is ignored
        if (table?.kind !== 'partitioned' || table.temporary) continue;
        context.report(
          context.tokens.span(context.tokens.find(['concurrently'])),
          `This fails: ${index?.name} is an index of the partitioned table ${table.name} and cannot be dropped CONCURRENTLY.`,
          'Drop it without CONCURRENTLY, with a lock_timeout: nothing is scanned, but the lock has to be waited for.',
        );
        return;
      }
    },
  },
});

/** Where all partitions are known, plain tables, and each statement is a transaction of its own. */
function perPartition(stmt: IndexStmt, table: TargetTable, context: RuleContext): Fix[] {
  const { tokens, text, before } = context;
  const parent = table.relation;
  if (!parent?.complete || parent.partitions.length === 0 || !mayAddTransactions(context)) return [];
  const partitions = parent.partitions.map((key) => before.relation(key));
  if (partitions.some((p) => p?.kind !== 'table')) return [];
  const columns = (stmt.indexParams ?? []).map((node) => ('IndexElem' in node ? node.IndexElem.name : undefined));
  const suffix = columns.every((c) => c !== undefined) ? `${columns.join('_')}_idx` : 'idx';
  const name = stmt.idxname ?? `${parent.name}_${suffix}`;
  const rest = name.startsWith(`${parent.name}_`) ? name.slice(parent.name.length + 1) : suffix;
  const names = partitions.map((p) => `${p?.name}_${rest}`);
  const taken = [...names, ...(stmt.idxname ? [] : [name])].some((n) => before.relation(relationKey(parent.schema, n)));
  if (taken || [...names, name].some((n) => n.length > 63 || !/^[\x20-\x7e]*$/.test(n))) return [];
  const schema = table.written.includes('.') ? `${quoteIdentifier(parent.schema)}.` : '';
  const definition = text.slice(table.span.end, tokens.span(tokens.length - 1).end);
  const unique = stmt.unique ? 'UNIQUE ' : '';
  const statements = partitions.flatMap((p, i) => [
    `${keywords(`CREATE ${unique}INDEX CONCURRENTLY`, context)} ${quoteIdentifier(names[i] as string)} ${keywords('ON', context)} ${schema}${quoteIdentifier(p?.name ?? '')}${definition}`,
    `${keywords('ALTER INDEX', context)} ${schema}${quoteIdentifier(name)} ${keywords('ATTACH PARTITION', context)} ${schema}${quoteIdentifier(names[i] as string)}`,
  ]);
  const concurrently = tokens.find(['concurrently']);
  const edits: Edit[] = [
    { start: tokens.span(concurrently - 1).end, end: tokens.span(concurrently).end, newText: '' },
    insertAt(table.span.start, stmt.relation?.inh === false ? '' : `${keywords('ONLY', context)} `),
    insertAt(context.body.end, statements.map((s) => `;\n${s}`).join('')),
  ];
  if (!stmt.idxname) edits.push(insertAt(tokens.span(concurrently).end, ` ${quoteIdentifier(name)}`));
  return [{ title: 'Build it partition by partition', safe: false, edits }];
}
