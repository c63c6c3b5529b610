import type { AlterTableStmt, CreateStmt, Node } from '@pgsql/types';
import { type Constraint, keyOf, type Relation, relationKey } from '../../catalog/catalog.ts';
import { nameParts } from '../../catalog/names.ts';
import type { FinalSchema } from '../../catalog/schema.ts';
import { inTransaction } from '../../catalog/session.ts';
import { behind, quoteIdentifier } from '../edits.ts';
import { type ConclusionContext, defineRule, type Fix } from '../rule.ts';
import { keywords } from './newColumns.ts';
import { type NewForeignKey, newForeignKeys } from './newForeignKeys.ts';

const actions: Readonly<Record<string, Constraint['onDelete']>> = {
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};

export default defineRule({
  id: 'foreign-key-without-index',
  family: 'schema',
  severity: 'information',
  docs: {
    summary: 'A foreign key whose columns no index begins with.',
    why: 'Postgres indexes the referenced side only. For each row that is deleted from the referenced table (or whose key changes) it looks up the rows that refer to it: without an index that reads the whole table, once a deleted row, whatever ON DELETE says. Joins along the key miss the index too. A partial index does not help, unless its condition is that the column IS NOT NULL; nor does one that begins with another column.',
    fine: 'Rows of the referenced table are never deleted, or the table stays small.',
    source: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
  },
  examples: [
    {
      schema: 'CREATE TABLE customers (id bigint PRIMARY KEY);',
      unsafe: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers ON DELETE CASCADE);',
      safe: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers ON DELETE CASCADE);\nCREATE INDEX orders_customer_id_idx ON orders (customer_id);',
    },
    {
      schema:
        'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
      unsafe: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;',
      safe: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;\nCREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);',
    },
  ],
  conclude: { CreateStmt: conclude, AlterTableStmt: conclude },
});

function conclude(stmt: CreateStmt | AlterTableStmt, context: ConclusionContext): void {
  const seen = new Set<string>();
  for (const key of newForeignKeys(stmt, context, context.session.schema)) {
    const relation = context.after.relation(key.table);
    const columns = key.columns.join();
    // a table that the files do not create may have any index
    if (!relation?.complete || seen.has(columns)) continue;
    if (!relation.constraints.some((c) => isSame(c, key))) continue;
    seen.add(columns);
    if (isIndexed(relation, key.columns, context.after)) continue;
    const names = key.columns.join(', ');
    // from Postgres 18 on an index can be searched by a later column, where the first has few values
    const reads = isInside(relation, key.columns, context.after) ? 'may read' : 'reads';
    context.report(
      key.span,
      `No index of ${key.writtenTable} begins with ${names}: each row that is deleted from ${key.writtenReferences} ${reads} all of ${key.writtenTable}.`,
      `Create an index on (${names}).`,
      createIndex(key, relation, context),
    );
  }
}

/** The key of an older migration may have been replaced by one that does something else on DELETE. */
const isSame = (constraint: Constraint, { node, columns, references }: NewForeignKey): boolean =>
  constraint.kind === 'foreign' &&
  constraint.columns.join() === columns.join() &&
  constraint.references === references &&
  constraint.onDelete === (actions[node.fk_del_action ?? 'a'] ?? 'no action') &&
  constraint.onUpdate === (actions[node.fk_upd_action ?? 'a'] ?? 'no action');

/** An index that begins with any of the columns: for a key of several columns that narrows the search at least. */
function isIndexed(relation: Relation, columns: readonly string[], schema: FinalSchema): boolean {
  const serves = (first: string | null | undefined): boolean => columns.includes(first ?? '');
  return (
    relation.constraints.some((c) => (c.kind === 'primary' || c.kind === 'unique') && serves(c.columns[0])) ||
    relation.indexes.some((key) => {
      const index = schema.relation(key)?.index;
      // nothing is known of it: it may be the one
      if (!index) return true;
      if (index.method === 'brin' || index.method === 'gin') return false;
      return serves(index.keys[0]?.column) && (!index.where || isNotNull(index.where, columns));
    })
  );
}

const isInside = (relation: Relation, columns: readonly string[], schema: FinalSchema): boolean =>
  relation.indexes.some((key) => schema.relation(key)?.index?.keys.some((k) => columns.includes(k.column ?? '')));

function isNotNull(where: Node, columns: readonly string[]): boolean {
  if ('BoolExpr' in where && where.BoolExpr.boolop === 'AND_EXPR')
    return (where.BoolExpr.args ?? []).every((part) => isNotNull(part, columns));
  if (!('NullTest' in where) || where.NullTest.nulltesttype !== 'IS_NOT_NULL') return false;
  const { arg } = where.NullTest;
  return arg !== undefined && 'ColumnRef' in arg && columns.includes(nameParts(arg.ColumnRef.fields).at(-1) ?? '');
}

function createIndex(key: NewForeignKey, relation: Relation, context: ConclusionContext): Fix[] {
  const name = [relation.name, ...key.columns, 'idx'].join('_');
  const taken = context.after.relation(relationKey(relation.schema, name)) !== undefined;
  const named = taken || name.length > 63 || !/^[\x20-\x7e]*$/.test(name) ? '' : ` ${quoteIdentifier(name)}`;
  const list = key.columns.map(quoteIdentifier).join(', ');
  const index = (concurrently: boolean): string =>
    `${keywords(`CREATE INDEX${concurrently ? ' CONCURRENTLY' : ''}`, context)}${named} ${keywords('ON', context)} ${key.writtenTable} (${list})`;
  if (context.after.isCreated(keyOf(relation)))
    return [{ title: 'Create an index for it', safe: false, edits: [behind(context, [index(false)])] }];
  if (relation.kind !== 'table') return [];
  if (inTransaction(context.session) === false && context.session.wrapping !== 'single')
    return [{ title: 'Create an index for it, CONCURRENTLY', safe: false, edits: [behind(context, [index(true)])] }];
  if (!context.takesFollowUps) return [];
  const words = `index_${relation.name}_${key.columns.join('_')}`.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');
  const followUp = { name: words, statements: [index(true)], outsideTransaction: true };
  return [{ title: 'Create an index for it in the next migration', safe: false, edits: [], followUps: [followUp] }];
}
