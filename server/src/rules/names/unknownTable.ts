import type { Node, RangeVar } from '@pgsql/types';
import { isBookkeeping } from '../../catalog/bookkeeping.ts';
import { droppedObjects } from '../breaking/dropped.ts';
import type { StatementType } from '../rule.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { isOutsideOwnPath, reportTable } from './bodyFindings.ts';
import { certainScopes, keyFor } from './certain.ts';
import { goneRelation } from './earlier.ts';
import { namedRelations } from './namedRelations.ts';
import { tokensOfName } from './nameTokens.ts';
import { changeTo, fixesFor, identifierIn, mayBeBuilt, meantText, nearestNames, wordAt } from './nearest.ts';
import { unknownAtCreation } from './unknownInBody.ts';

const statements = [
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'ViewStmt',
  'CreateTableAsStmt',
  'ExplainStmt',
  'DeclareCursorStmt',
  'PrepareStmt',
  'CopyStmt',
  'AlterTableStmt',
  'CreateStmt',
  'RenameStmt',
  'AlterObjectSchemaStmt',
  'IndexStmt',
  'CreateTrigStmt',
  'CreatePolicyStmt',
  'AlterPolicyStmt',
  'RuleStmt',
  'TruncateStmt',
  'LockStmt',
  'RefreshMatViewStmt',
  'GrantStmt',
] as const satisfies readonly StatementType[];

const check = Object.fromEntries(
  statements.map((type) => [
    type,
    (stmt: object, context: RuleContext) => {
      const node = { [type]: stmt } as unknown as Node;
      for (const relation of new Set(namedRelations(node, context))) look(relation, node, context);
    },
  ]),
);

export default defineRule({
  id: 'unknown-table',
  family: 'names',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'A statement names a table or view that does not exist at that point of the history.',
    why: 'Postgres refuses it with "relation … does not exist" (42P01). The files tell what exists: what the earlier migrations create, drop and rename.',
    fine: 'Something else than the files creates the table. Nothing is said once they have run SQL that is built when it runs, or changed a table which they had not created.',
    source: 'https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH',
  },
  examples: [
    {
      schema: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);',
      unsafe: 'SELECT name FROM custmers WHERE id = 1;',
      safe: 'SELECT name FROM customers WHERE id = 1;',
    },
    {
      schema:
        'CREATE TABLE customers (id bigint PRIMARY KEY, name text);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
      unsafe: 'CREATE VIEW order_ids AS SELECT id FROM order_s;',
      safe: 'CREATE VIEW order_ids AS SELECT id FROM orders;',
    },
    {
      schema: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);',
      unsafe: 'GRANT SELECT ON costumers TO PUBLIC;',
      safe: 'GRANT SELECT ON customers TO PUBLIC;',
    },
    {
      schema: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);',
      unsafe: 'CREATE FUNCTION count_customers() RETURNS bigint LANGUAGE sql AS $$SELECT count(*) FROM custmers$$;',
      safe: 'CREATE FUNCTION count_customers() RETURNS bigint LANGUAGE sql AS $$SELECT count(*) FROM customers$$;',
    },
    {
      schema: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);',
      unsafe:
        'CREATE FUNCTION look() RETURNS void LANGUAGE plpgsql AS $$\nDECLARE\n  c custmers%ROWTYPE;\nBEGIN\n  SELECT * INTO c FROM customers;\nEND\n$$;',
      safe: 'CREATE FUNCTION look() RETURNS void LANGUAGE plpgsql AS $$\nDECLARE\n  c customers%ROWTYPE;\nBEGIN\n  SELECT * INTO c FROM customers;\nEND\n$$;',
    },
    {
      unsafe: 'CREATE TABLE people (id bigint);\nDROP TABLE people;\nINSERT INTO people VALUES (1);',
      safe: 'CREATE TABLE people (id bigint);\nINSERT INTO people VALUES (1);',
    },
  ],
  check: {
    ...check,
    CreateFunctionStmt(stmt, context) {
      const found = unknownAtCreation(stmt, context);
      for (const unknown of found?.names ?? [])
        if (found && unknown.what === 'table' && !isOutsideOwnPath(unknown, found))
          reportTable(unknown, found, context);
    },
    DropStmt(stmt, context) {
      if (stmt.missing_ok || !droppedKinds.has(stmt.removeType ?? '')) return;
      for (const { key, span } of droppedObjects(stmt, context)) {
        const [namespace = '', name = ''] = splitKey(key);
        const tokens = tokensOfName(context.tokens, span);
        // a name without a schema is looked up in the path
        const schemaname = tokens.length > 1 ? namespace : undefined;
        const last = tokens.at(-1);
        if (last && identifierIn(context.text.slice(last.start, last.end)) === name)
          judge({ relname: name, schemaname }, last, [], context);
      }
    },
  },
});

const droppedKinds = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_SEQUENCE',
]);

const splitKey = (key: string): [string, string] => {
  const dot = key.indexOf('.');
  return [key.slice(0, dot), key.slice(dot + 1)];
};

function look(relation: RangeVar, node: Node, context: RuleContext): void {
  if (relation.catalogname || context.before.relation(keyFor(relation.relname ?? '', relation.schemaname, context)))
    return;
  const place = wordAt(context.tokens, relation.location ?? 0, relation.schemaname ? 1 : 0, relation.relname ?? '');
  if (!place) return;
  const ctes = certainScopes(node, context).levels.flatMap((level) => level.ctes.map((cte) => cte.name));
  judge(relation, place, relation.schemaname ? [] : ctes, context);
}

const ofSystem = /^(?:pg_|information_schema$)/;

/** @param ctes names of the WITH queries of the statement */
function judge(
  relation: RangeVar,
  place: { start: number; end: number },
  ctes: readonly string[],
  context: RuleContext,
): void {
  const { before } = context;
  const name = relation.relname ?? '';
  const namespace = relation.schemaname ?? before.session.schema;
  const key = keyFor(name, relation.schemaname, context);
  if (before.relation(key) || ofSystem.test(name) || ofSystem.test(namespace)) return;
  if (relation.schemaname === undefined && before.session.otherSchemas) return;
  if (namespace !== 'public' && !before.hasNamespace(namespace)) return;
  if (before.doubts('relations') || before.doubts(`of ${key}`)) return;
  // a temporary table hides another one of its name; LIKE takes composite types as well
  if (before.type(key) || before.versionsOf(key).some(({ relation: r }) => r?.temporary)) return;
  const gone = goneRelation(key, before);
  if (gone) {
    const isThere = gone.renamedTo !== null && before.relation(keyFor(gone.renamedTo, namespace, context));
    context.report(
      place,
      before.doubts('partitions')
        ? `${name} ${gone.how} before: the statement is refused unless something has created it again.`
        : `This fails: ${name} ${gone.how} before.`,
      isThere ? `Use ${gone.renamedTo}.` : 'Use another table, or create it first.',
      isThere && gone.renamedTo ? [changeTo(gone.renamedTo, place)] : [],
      { related: gone.related, ...(before.doubts('partitions') ? { severity: 'warning' } : {}) },
    );
    return;
  }
  if (!context.wholeHistory || before.doubts('origin')) return;
  if (isBookkeeping(name) && context.database === null) return;
  const relations = before
    .contentsOf(namespace)
    .relations.flatMap((other) => before.relation(other) ?? [])
    .filter(({ kind }) => !ofTables.has(kind));
  const others = relations.map((other) => other.name);
  const isBuilt = before.doubts('partitions');
  if (isBuilt && mayBeBuilt(name, relations)) return;
  const meant = nearestNames(name, [...others, ...ctes]);
  if (context.database !== null) reportInDatabase(relation, context.database, place, meant, context);
  else if (meant.length > 0 && !isBuilt)
    context.report(place, `This fails: there is no table ${name}.`, meantText(name, meant), fixesFor(meant, place));
  else if (meant.length > 0 || (others.length >= fewTables && !isBuilt))
    context.report(
      place,
      `The files before leave no table ${name}: the statement is refused unless something else has created it.`,
      meant.length > 0 ? meantText(name, meant) : 'Create it in an earlier migration, or correct the name.',
      fixesFor(meant, place),
      { severity: 'warning' },
    );
}

/** A session may have made a temporary table, in code that no file of SQL shows. */
function reportInDatabase(
  { relname: name = '', schemaname }: RangeVar,
  database: string,
  place: { start: number; end: number },
  meant: readonly string[],
  context: RuleContext,
): void {
  const mayBeTemporary = schemaname === undefined;
  if (mayBeTemporary && /^(?:te?mp|staging)_|_(?:te?mp|staging)$/.test(name)) return;
  if (meant.length > 0 || !mayBeTemporary)
    context.report(
      place,
      `This fails: the database ${database} has no table ${name}.`,
      meant.length > 0 ? meantText(name, meant) : 'Correct the name, or create the table first.',
      fixesFor(meant, place),
    );
  else
    context.report(
      place,
      `The database ${database} has no table ${name}: the statement is refused unless its session has made a temporary one.`,
      'Correct the name, or create the table first.',
      [],
      { severity: 'warning' },
    );
}

/** What nobody selects from. */
const ofTables = new Set(['index', 'sequence']);

/** Files that have created fewer tables than these may be just an addition to what is there. */
const fewTables = 3;
