import type { AlterTableStmt, CreateStmt } from '@pgsql/types';
import type { Constraint, Relation } from '../../catalog/catalog.ts';
import { nameParts, rangeVarKey } from '../../catalog/names.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { newForeignKeys } from './newForeignKeys.ts';

export default defineRule({
  id: 'deferrable-key-not-usable',
  family: 'schema',
  severity: 'error',
  docs: {
    summary: 'A foreign key or ON CONFLICT that needs a unique key which is DEFERRABLE.',
    why: 'A deferrable unique or primary key may be broken for a while inside a transaction. So Postgres takes no foreign key that refers to it, and no INSERT … ON CONFLICT that would go by it; one without a target goes by all keys of the table.',
    fine: 'Never: it is refused.',
    source: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARMS-DEFERRABLE',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, code text UNIQUE DEFERRABLE);',
      unsafe: 'CREATE TABLE orders (id bigint PRIMARY KEY, user_code text REFERENCES users (code));',
      safe: 'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, code text UNIQUE DEFERRABLE);',
      unsafe: "INSERT INTO users VALUES (100, 'v1') ON CONFLICT (code) DO NOTHING;",
      safe: "INSERT INTO users VALUES (100, 'v1000') ON CONFLICT (id) DO NOTHING;",
    },
  ],
  check: {
    CreateStmt: check,
    AlterTableStmt: check,
    InsertStmt(stmt, context) {
      const clause = stmt.onConflictClause;
      const relation = context.before.relation(rangeVarKey(stmt.relation, context.before.session.schema));
      const select = stmt.selectStmt && 'SelectStmt' in stmt.selectStmt ? stmt.selectStmt.SelectStmt : undefined;
      // a query may give no row, and then nothing is refused
      if (!clause || !relation || !select?.valuesLists) return;
      const { infer } = clause;
      const columns = (infer?.indexElems ?? []).map((node) =>
        'IndexElem' in node ? (node.IndexElem.name ?? null) : null,
      );
      const key = uniquesOf(relation).find((c) => {
        if (!c.deferrable || infer?.whereClause) return false;
        if (infer?.conname) return c.name === infer.conname;
        return !infer || [...columns].sort().join() === [...c.columns].sort().join();
      });
      const at = context.tokens.findOutside(['on', 'conflict']);
      if (!key || at < 0) return;
      context.report(
        context.tokens.span(at, at + 1),
        `This fails: the key on (${key.columns.join(', ')}) is DEFERRABLE, and ON CONFLICT cannot go by such a key.`,
        'Make the key not deferrable, or name another one.',
      );
    },
  },
});

const uniquesOf = (relation: Relation): Constraint[] =>
  relation.constraints.filter((c) => c.kind === 'unique' || c.kind === 'primary');

function check(stmt: CreateStmt | AlterTableStmt, context: RuleContext): void {
  for (const key of newForeignKeys(stmt, context, context.before.session.schema)) {
    const target = context.before.relation(key.references);
    const written = nameParts(key.node.pk_attrs);
    if (!target) continue;
    const fitting = uniquesOf(target).filter((c) =>
      written.length === 0 ? c.kind === 'primary' : [...c.columns].sort().join() === [...written].sort().join(),
    );
    if (fitting.length !== 1 || !fitting[0]?.deferrable) continue;
    context.report(
      key.span,
      `This fails: the key on (${fitting[0].columns.join(', ')}) of ${key.writtenReferences} is DEFERRABLE, and no foreign key can refer to it.`,
      'Make that key not deferrable, or refer to another one.',
    );
  }
}
