import { columnOf, type Relation } from '../../catalog/catalog.ts';
import { rangeVarKey } from '../../catalog/names.ts';
import type { Tally } from '../../catalog/tally.ts';
import { defineRule } from '../rule.ts';
import { definedColumns, writtenName } from './newColumns.ts';

const pairs: Readonly<Record<string, string>> = {
  created_at: 'updated_at',
  createdAt: 'updatedAt',
  created_on: 'updated_on',
};

export default defineRule({
  id: 'missing-updated-at',
  family: 'schema',
  severity: 'hint',
  docs: {
    summary: 'A table with created_at but no updated_at, where nearly all of its siblings have both.',
    why: 'Jobs that copy, cache or synchronise rows by the time of their last change work on the other tables and miss the changes of this one.',
    fine: 'Its rows never change (a log).',
    source: 'https://www.postgresql.org/docs/current/plpgsql-trigger.html',
  },
  examples: [
    {
      schema: ['users', 'teams', 'orders', 'items']
        .map((t) => `CREATE TABLE ${t} (id bigint PRIMARY KEY, created_at timestamptz, updated_at timestamptz);`)
        .join('\n'),
      unsafe: 'CREATE TABLE invoices (id bigint PRIMARY KEY, created_at timestamptz);',
      safe: 'CREATE TABLE invoices (id bigint PRIMARY KEY, created_at timestamptz, updated_at timestamptz);',
    },
  ],
  conclude: {
    CreateStmt(stmt, context) {
      if (stmt.partbound || stmt.inhRelations) return;
      const { after } = context;
      const relation = after.relation(rangeVarKey(stmt.relation, context.session.schema));
      const created = relation && isOwn(relation) ? relation.columns.find((c) => c.name in pairs) : undefined;
      const updated = created && pairs[created.name];
      if (!relation || !created || !updated || columnOf(relation, updated)) return;
      // another word for the same
      if (relation.columns.some((c) => /^(?:last_?)?(?:updated?|modified|changed)(?:_|[A-Z]|$)/.test(c.name))) return;
      const siblings = after.tally(relation.schema, byTimes)[created.name];
      if (!siblings) return;
      const column = definedColumns(stmt, context, context.session.schema).find((c) => c.name === created.name);
      if (!column) return;
      const { both, all } = siblings;
      const share = both === all ? `all ${all} other tables` : `${both} of the ${all} other tables`;
      context.report(
        column.nameSpan,
        `${writtenName(stmt.relation, context)} has ${created.name} but no ${updated}, which ${share} with ${created.name} have.`,
        `Add ${updated}, unless its rows never change.`,
      );
    },
  },
});

const isOwn = ({ kind, complete, temporary, partitionOf }: Relation): boolean =>
  complete && !temporary && partitionOf === null && (kind === 'table' || kind === 'partitioned');

interface Siblings {
  readonly both: number;
  readonly all: number;
}

/** By the name of the first column: how many of the other tables have both, where that are nearly all, and three or more. */
const byTimes: Tally<Readonly<Record<string, Siblings>>> = {
  name: 'times-of-rows',
  countsAs: (relation) =>
    isOwn(relation)
      ? Object.entries(pairs).flatMap(([created, updated]) =>
          columnOf(relation, created) ? [`${created} ${columnOf(relation, updated) ? 'both' : 'alone'}`] : [],
        )
      : [],
  outcomeOf: (counts) =>
    Object.fromEntries(
      Object.keys(pairs).flatMap((created) => {
        const both = counts[`${created} both`] ?? 0;
        const without = (counts[`${created} alone`] ?? 1) - 1;
        return both >= 3 && both >= without * 4 ? [[created, { both, all: both + without }]] : [];
      }),
    ),
};
