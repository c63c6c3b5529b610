import type { Relation } from '../../catalog/catalog.ts';
import { commandsOf, targetOf } from '../alterTable.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { isWhollyKnown } from './certain.ts';
import { constraintIsKept } from './earlier.ts';
import { fixesFor, meantText, nearestNames, wordOf } from './nearest.ts';

const needing = new Set(['AT_DropConstraint', 'AT_ValidateConstraint']);

export default defineRule({
  id: 'unknown-constraint',
  family: 'names',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'ALTER TABLE drops, validates or renames a constraint that the table does not have.',
    why: 'Postgres refuses it with "constraint … does not exist" (42704). Where the author gives a constraint no name, Postgres makes one of the table, the columns and a suffix such as _fkey or _check.',
    fine: 'Never, where the files tell the whole history of the table; where they do not, nothing is said.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE);',
      unsafe: 'ALTER TABLE users DROP CONSTRAINT users_email_keys;',
      safe: 'ALTER TABLE users DROP CONSTRAINT users_email_key;',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, age int CONSTRAINT adult CHECK (age < 1000000));',
      unsafe: 'ALTER TABLE users RENAME CONSTRAINT adults TO grown_up;',
      safe: 'ALTER TABLE users RENAME CONSTRAINT adult TO grown_up;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      const table = targetOf(stmt.relation, context);
      const commands = [...commandsOf(stmt, context)];
      const added = commands.flatMap(({ command: { def } }) =>
        def && 'Constraint' in def ? [def.Constraint.conname ?? null] : [],
      );
      for (const { command, first, last } of commands) {
        if (!needing.has(command.subtype ?? '') || command.missing_ok || !command.name) continue;
        // what is dropped is dropped first
        if (command.subtype !== 'AT_DropConstraint' && added.includes(command.name)) continue;
        judge(table.key, command.name, first, last, context);
      }
    },
    RenameStmt(stmt, context) {
      if (stmt.renameType !== 'OBJECT_TABCONSTRAINT' || stmt.missing_ok || !stmt.subname) return;
      const table = targetOf(stmt.relation, context);
      judge(table.key, stmt.subname, table.after, context.tokens.length - 1, context);
    },
  },
});

function judge(key: string, name: string, first: number, last: number, context: RuleContext): void {
  const relation = context.before.relation(key);
  if (!relation || !isWhollyKnown(key, context) || relation.partitionOf !== null) return;
  const names = relation.constraints.map((c) => c.name);
  if (names.includes(name) || names.includes(null) || isOfNotNull(name, relation)) return;
  if (context.before.doubts('constraints') || constraintIsKept(key, name, context.before)) return;
  const { tokens } = context;
  for (let i = first; i <= last; i++) {
    const place = wordOf(tokens, i, name);
    if (!place || tokens.word(i - 1) !== 'constraint') continue;
    const known = names.filter((n): n is string => n !== null);
    const meant = nearestNames(name, known);
    const others = relation.constraints.filter((c) => c.kind !== 'not-null').flatMap((c) => c.name ?? []);
    context.report(
      place,
      `This fails: ${relation.name} has no constraint ${name}.`,
      meant.length > 0
        ? meantText(name, meant)
        : others.length > 0
          ? `Its constraints are ${others.join(', ')}.`
          : known.length > 0
            ? 'It has none but NOT NULL.'
            : 'It has none.',
      fixesFor(meant, place),
    );
    return;
  }
}

/** Since Postgres 18 NOT NULL has a name too, which stays when the table or the column is renamed. */
function isOfNotNull(name: string, { columns, constraints }: Relation): boolean {
  if (!/_not_null\d*$/.test(name)) return false;
  if (columns.some((c) => c.notNull && name.includes(c.name))) return true;
  const others = constraints.filter((c) => c.kind !== 'not-null').flatMap((c) => c.name ?? []);
  return nearestNames(name, others).length === 0;
}
