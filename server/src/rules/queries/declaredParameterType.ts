import type { Node } from '@pgsql/types';
import { printType } from '../../catalog/names.ts';
import { parameterTypes } from '../../query/parameterTypes.ts';
import { typedSqlTypeOf } from '../../query/prismaTypes.ts';
import { scopesOf } from '../../query/scopes.ts';
import { declaredParameters } from '../../syntax/typedSql.ts';
import { defineRule, type RuleContext } from '../rule.ts';

const numbers = 'int2 int4 int8 numeric float4 float8'.split(' ');
const times = 'date time timetz timestamp timestamptz interval'.split(' ');

/** By Prisma's type: Postgres's types that refuse each of its values, however it is written. */
export const refusedBy: Readonly<Record<string, readonly string[]>> = {
  Int: ['uuid'],
  BigInt: ['uuid'],
  Float: ['uuid'],
  Decimal: ['uuid'],
  Json: ['uuid'],
  Boolean: [...numbers, ...times, 'uuid'],
  DateTime: [...numbers, 'bool', 'uuid', 'json', 'jsonb'],
};

export default defineRule({
  id: 'declared-parameter-type-differs',
  family: 'queries',
  severity: 'error',
  docs: {
    summary:
      'A parameter that Prisma’s TypedSQL is told to be of a type that Postgres refuses there (`-- @param {Int} $1:id`).',
    why: 'The type in the comment decides what the generated function takes, and nothing else: Postgres still gives the parameter the type of what it is compared with or assigned to. A value that is no text of that type is refused when the query runs (22P02, 22007), and TypeScript lets no other value through.',
    fine: 'Never.',
    source: 'https://www.postgresql.org/docs/current/typeconv-oper.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id uuid PRIMARY KEY, name text);',
      unsafe: '-- @param {Int} $1:id\nSELECT name FROM users WHERE id = $1;',
      safe: '-- @param {String} $1:id\nSELECT name FROM users WHERE id = $1;',
    },
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, total int, paid_at timestamptz);',
      unsafe: '-- @param {Boolean} $1:paid\nSELECT id FROM orders WHERE paid_at = $1;',
      safe: '-- @param {Boolean} $1:paid\nSELECT id FROM orders WHERE (paid_at IS NOT NULL) = $1;',
    },
  ],
  check: {
    SelectStmt: (stmt, context) => checkDeclared({ SelectStmt: stmt }, context),
    InsertStmt: (stmt, context) => checkDeclared({ InsertStmt: stmt }, context),
    UpdateStmt: (stmt, context) => checkDeclared({ UpdateStmt: stmt }, context),
    DeleteStmt: (stmt, context) => checkDeclared({ DeleteStmt: stmt }, context),
  },
});

function checkDeclared(node: Node, context: RuleContext): void {
  const declared = declaredParameters(context.text.slice(0, context.body.start));
  if (declared.length === 0) return;
  const types = parameterTypes(node, scopesOf(node, context.before), () => false);
  for (const { number, type, typeSpan } of declared) {
    const known = types.get(number)?.type;
    if (!known || known.schema !== null || known.array || !type || !refusedBy[type]?.includes(known.name)) continue;
    const better = typedSqlTypeOf(known.name);
    context.report(
      typeSpan,
      `Postgres takes $${number} as ${printType(known)}, which no ${type} is: every value that the generated function accepts is refused.`,
      `Declare it {${better}}, or cast the parameter in the query.`,
    );
  }
}
