import type { AlterTableStmt, CreateStmt } from '@pgsql/types';
import { columnOf, type Relation } from '../../catalog/catalog.ts';
import { printType } from '../../catalog/names.ts';
import { type ConclusionContext, defineRule, type Fix } from '../rule.ts';
import { inCaseOf } from './newColumns.ts';
import { type NewForeignKey, newForeignKeys } from './newForeignKeys.ts';

const bytes: Readonly<Record<string, number>> = { int2: 2, int4: 4, int8: 8 };
const highest: Readonly<Record<string, string>> = { int2: '32,767', int4: '2,147,483,647' };

export default defineRule({
  id: 'foreign-key-narrower-than-key',
  family: 'schema',
  severity: 'information',
  docs: {
    summary: 'A foreign key column of a smaller integer type than the key it refers to.',
    why: 'Postgres takes the foreign key, and all goes well until the referenced key has grown past the end of the smaller type: from then on no new row can be referred to ("integer out of range"). Making the column wider at that point rewrites the table under ACCESS EXCLUSIVE.',
    fine: 'The referenced table stays small for good.',
    source: 'https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY);',
      unsafe: 'CREATE TABLE orders (id bigint PRIMARY KEY, user_id integer REFERENCES users (id));',
      safe: 'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));',
    },
  ],
  conclude: { CreateStmt: conclude, AlterTableStmt: conclude },
});

function conclude(stmt: CreateStmt | AlterTableStmt, context: ConclusionContext): void {
  for (const key of newForeignKeys(stmt, context, context.session.schema)) {
    const relation = context.after.relation(key.table);
    const target = context.after.relation(key.references);
    if (!relation || !target) continue;
    const referenced = referencedColumns(key, target);
    for (const [i, name] of key.columns.entries()) {
      const type = columnOf(relation, name)?.type;
      const other = columnOf(target, referenced[i] ?? '')?.type;
      if (!type || !other || type.schema !== null || other.schema !== null || type.array || other.array) continue;
      const [own, wanted] = [bytes[type.name], bytes[other.name]];
      if (own === undefined || wanted === undefined || own >= wanted) continue;
      context.report(
        key.span,
        `${name} is ${printType(type)}, but the key it refers to is ${printType(other)}: no row beyond ${highest[type.name]} can be referred to.`,
        `Make ${name} ${printType(other)} too.`,
        widen(key, name, printType(other), context),
      );
    }
  }
}

/** When none are written, those of the primary key. */
function referencedColumns({ node }: NewForeignKey, target: Relation): readonly string[] {
  const written = (node.pk_attrs ?? []).map((n) => ('String' in n ? (n.String.sval ?? '') : ''));
  return written.length > 0 ? written : (target.constraints.find((c) => c.kind === 'primary')?.columns ?? []);
}

/** Only where the same statement defines the column, and no serial. */
function widen(key: NewForeignKey, name: string, type: string, context: ConclusionContext): Fix[] {
  const column = key.defined.find((c) => c.name === name);
  if (!column || !(column.type.name in bytes)) return [];
  const written = context.text.slice(column.typeSpan.start, column.typeSpan.end);
  return [{ title: `Make it ${type}`, safe: false, edits: [{ ...column.typeSpan, newText: inCaseOf(written, type) }] }];
}
