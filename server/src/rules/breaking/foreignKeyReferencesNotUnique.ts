import type { Relation } from '../../catalog/catalog.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { type AddedForeignKey, addedByAlter, addedByCreate } from './foreignKeyTarget.ts';

export default defineRule({
  id: 'foreign-key-references-not-unique',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'A foreign key refers to columns that no primary key, unique constraint or unique index is on.',
    why: 'Postgres refuses it: "there is no unique constraint matching given keys for referenced table" (42830; or 42704 where the primary key is meant and there is none). The key must be on exactly these columns; a partial index or one on expressions does not count.',
    fine: 'The files do not show everything that was done to the referenced table; where they do not show its creation, nothing is said.',
    source: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE TABLE logins (email text);',
      unsafe: 'ALTER TABLE logins ADD FOREIGN KEY (email) REFERENCES users (email) NOT VALID;',
      safe: 'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);\nALTER TABLE logins ADD FOREIGN KEY (email) REFERENCES users (email) NOT VALID;',
    },
    {
      schema: 'CREATE TABLE memberships (team_id bigint, user_id bigint, PRIMARY KEY (team_id, user_id));',
      unsafe: 'CREATE TABLE roles (user_id bigint REFERENCES memberships (user_id), role text);',
      safe: 'CREATE TABLE roles (team_id bigint, user_id bigint, role text, FOREIGN KEY (team_id, user_id) REFERENCES memberships);',
    },
  ],
  check: {
    AlterTableStmt: (stmt, context) => judge(addedByAlter(stmt, context), context),
    CreateStmt: (stmt, context) => judge(addedByCreate(stmt, context), context),
  },
});

function judge(keys: readonly AddedForeignKey[], context: RuleContext): void {
  for (const { referenced, referencedName, listed, span } of keys) {
    if (!referenced.complete || (referenced.kind !== 'table' && referenced.kind !== 'partitioned')) continue;
    if (listed.some((c) => !referenced.columns.some((column) => column.name === c))) continue;
    const known = uniqueKeys(referenced, context);
    if (known === null) continue;
    const primary = referenced.constraints.some((c) => c.kind === 'primary');
    if (listed.length === 0 ? primary : known.some((key) => isSameSet(key, listed))) continue;
    context.report(
      span,
      listed.length === 0
        ? `This fails: ${referencedName} has no primary key to refer to.`
        : `This fails: no primary key or unique constraint of ${referencedName} is on exactly (${listed.join(', ')}).`,
      'Refer to the columns of a primary key or unique constraint; or add one first.',
    );
  }
}

/** Columns of every unique key; null when some index is not known well enough. */
function uniqueKeys(table: Relation, { before }: RuleContext): string[][] | null {
  const keys = table.constraints.filter((c) => c.kind === 'primary' || c.kind === 'unique').map((c) => [...c.columns]);
  for (const key of table.indexes) {
    const definition = before.relation(key)?.index;
    if (!definition) return null;
    if (!definition.unique || definition.where) continue;
    const columns = definition.keys.map((k) => k.column);
    if (columns.every((c) => c !== null)) keys.push(columns);
  }
  return keys;
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && b.every((c) => a.includes(c));
