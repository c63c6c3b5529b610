import type { TypeName as TypeNode } from '@pgsql/types';
import { relationKey } from '../../catalog/catalog.ts';
import { nameParts } from '../../catalog/names.ts';
import { builtinTypes } from '../../facts/builtinNames.ts';
import { typesOfExtensions } from '../../facts/extensions.ts';
import { nodesIn } from '../../syntax/walk.ts';
import { defineRule, type RuleContext, type StatementType } from '../rule.ts';
import { fixesFor, meantText, nearestNames, wordAt } from './nearest.ts';
import { queryStatements } from './unknownColumn.ts';

const statements = ['CreateStmt', 'AlterTableStmt', ...queryStatements] as const satisfies readonly StatementType[];

export default defineRule({
  id: 'unknown-type',
  family: 'names',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'A column or a cast has a type that does not exist, but that resembles one.',
    why: 'Postgres refuses it with "type … does not exist" (42704).',
    fine: 'An extension that the files do not create brings a type of that name.',
    source: 'https://www.postgresql.org/docs/current/datatype.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE users ADD COLUMN created_at timestampz;',
      safe: 'ALTER TABLE users ADD COLUMN created_at timestamptz;',
    },
    {
      schema: "CREATE TYPE status AS ENUM ('open', 'done');",
      unsafe: 'CREATE TABLE tasks (id bigint PRIMARY KEY, status statuss);',
      safe: 'CREATE TABLE tasks (id bigint PRIMARY KEY, status status);',
    },
  ],
  check: Object.fromEntries(
    statements.map((type) => [
      type,
      (stmt: object, context: RuleContext) => {
        for (const { typeName } of nodesIn(stmt, 'TypeCast')) judge(typeName, context);
        for (const { typeName } of nodesIn(stmt, 'ColumnDef')) judge(typeName, context);
      },
    ]),
  ),
});

/** The types of Postgres that people use, as they write them. */
const usual = (
  'varchar char character text integer int bigint smallint int2 int4 int8 boolean bool serial bigserial decimal numeric real float4 float8 ' +
  'timestamp timestamptz date time timetz interval uuid json jsonb bytea inet cidr macaddr money tsvector tsquery xml point'
).split(' ');

function judge(type: TypeNode | undefined, context: RuleContext): void {
  const names = nameParts(type?.names);
  const [name = ''] = names;
  const { before } = context;
  if (!type || names.length !== 1 || type.pct_type || !context.wholeHistory) return;
  // `uint8` and `date64` are types of other databases
  if (
    /\d$/.test(name) ||
    builtinTypes.has(name) ||
    grammarTypes.has(name) ||
    typesOfExtensions.has(name) ||
    name.startsWith('_')
  )
    return;
  const { schema, otherSchemas } = before.session;
  const key = relationKey(schema, name);
  if (otherSchemas || before.type(key) || before.relation(key)) return;
  if (before.doubts('types') || before.doubts('origin') || before.doubts(`of ${key}`)) return;
  const place = wordAt(context.tokens, type.location ?? 0, 0, name);
  if (!place) return;
  const own = before.contentsOf(schema).types.map((k) => k.slice(schema.length + 1));
  const meant = nearestNames(name, [...own, ...usual]);
  if (meant.length > 0)
    context.report(place, `This fails: there is no type ${name}.`, meantText(name, meant), fixesFor(meant, place));
}

const grammarTypes = new Set(['serial', 'bigserial', 'smallserial', 'serial2', 'serial4', 'serial8']);
