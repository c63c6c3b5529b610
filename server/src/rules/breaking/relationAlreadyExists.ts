import type { RangeVar } from '@pgsql/types';
import { type Relation, relationKey } from '../../catalog/catalog.ts';
import { rangeVarKey } from '../../catalog/names.ts';
import { targetOf } from '../alterTable.ts';
import { defineRule, type RuleContext } from '../rule.ts';

const help = 'Choose another name; or drop or rename the old one first.';

export default defineRule({
  id: 'relation-already-exists',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'A table, view, index or sequence gets a name that another one in the schema already has.',
    why: 'Tables, views, indexes and sequences of a schema share one space of names. Postgres refuses the second of a name with "relation … already exists" (42P07), and with it the rest of the transaction.',
    fine: 'Never, where the files tell the whole history of the schema.',
    source: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-DESCRIPTION',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY);',
      unsafe: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      safe: 'CREATE TABLE accounts (id bigint PRIMARY KEY, email text);',
    },
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE TABLE admins (id bigint PRIMARY KEY, email text);\nCREATE INDEX by_email ON users (email);',
      unsafe: 'CREATE INDEX by_email ON admins (email);',
      safe: 'CREATE INDEX CONCURRENTLY admins_by_email ON admins (email);',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE accounts (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE users RENAME TO accounts;',
      safe: 'ALTER TABLE users RENAME TO members;',
    },
  ],
  check: {
    CreateStmt(stmt, context) {
      if (!stmt.if_not_exists) created(stmt.relation, context);
    },
    CreateForeignTableStmt(stmt, context) {
      if (!stmt.base?.if_not_exists) created(stmt.base?.relation, context);
    },
    CreateTableAsStmt(stmt, context) {
      if (!stmt.if_not_exists) created(stmt.into?.rel, context);
    },
    CreateSeqStmt(stmt, context) {
      if (!stmt.if_not_exists) created(stmt.sequence, context);
    },
    ViewStmt(stmt, context) {
      const there = takenBy(stmt.view, context);
      if (!there || (stmt.replace && there.kind === 'view')) return;
      const target = targetOf(stmt.view, context);
      const kind = stmt.replace ? `This fails: ${target.written} is no view but ${aKind(there)}.` : messageOf(there);
      context.report(target.span, kind, help);
    },
    IndexStmt(stmt, context) {
      if (!stmt.idxname || stmt.if_not_exists) return;
      const name = { relname: stmt.idxname, schemaname: schemaOf(stmt.relation, context) };
      const there = takenBy(name, context);
      if (!there || context.before.relation(rangeVarKey(stmt.relation, context.before.session.schema))?.temporary)
        return;
      const { tokens } = context;
      const index = tokens.find(['index']);
      const at = tokens.word(index + 1) === 'concurrently' ? index + 2 : index + 1;
      context.report(tokens.span(at, tokens.afterName(at) - 1), messageOf(there), help);
    },
    RenameStmt(stmt, context) {
      if (!renamed.has(stmt.renameType ?? '')) return;
      const renamedOne = targetOf(stmt.relation, context);
      if (!renamedOne.relation || renamedOne.relation.temporary) return;
      const there = takenBy({ relname: stmt.newname, schemaname: renamedOne.relation.schema }, context);
      const { tokens } = context;
      if (there) context.report(tokens.span(tokens.length - 1), messageOf(there), help);
    },
  },
});

const renamed = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_INDEX',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
]);

const schemaOf = (table: RangeVar | undefined, { before }: RuleContext): string =>
  table?.schemaname ?? before.session.schema;

function created(target: RangeVar | undefined, context: RuleContext): void {
  const there = takenBy(target, context);
  if (there) context.report(targetOf(target, context).span, messageOf(there), help);
}

/** What has the name already; nothing where one of the two is temporary: that is another schema. */
function takenBy(target: RangeVar | undefined, context: RuleContext): Relation | undefined {
  if (target?.relpersistence === 't') return undefined;
  const there = context.before.relation(relationKey(schemaOf(target, context), target?.relname ?? ''));
  return there?.temporary ? undefined : there;
}

const kindOf = ({ kind }: Relation): string => (kind === 'partitioned' ? 'table' : kind);

const aKind = (relation: Relation): string => `${/^[aeiou]/.test(kindOf(relation)) ? 'an' : 'a'} ${kindOf(relation)}`;

const messageOf = (there: Relation): string =>
  `This fails: ${there.name} is already the name of ${aKind(there)}${there.kind === 'index' && there.table ? ` of ${there.table.replace(/^public\./, '')}` : ''}.`;
