import { columnOf } from '../../catalog/catalog.ts';
import { printType } from '../../catalog/names.ts';
import { cannotRefer } from '../../facts/typeConversion.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { type AddedForeignKey, addedByAlter, addedByCreate } from './foreignKeyTarget.ts';

export default defineRule({
  id: 'foreign-key-types-incompatible',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'A foreign key between columns whose types cannot be compared, or of different numbers of columns.',
    why: 'Postgres refuses it: "foreign key constraint … cannot be implemented" (42804), as there is no operator = for the two types (text and uuid, bigint and uuid, text and integer …). Different numbers of columns are refused as well (42830).',
    fine: 'Never, where the files tell the types.',
    source: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id uuid PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id text);',
      unsafe: 'ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;',
      safe: 'ALTER TABLE orders ADD COLUMN user_uuid uuid;\nALTER TABLE orders ADD FOREIGN KEY (user_uuid) REFERENCES users (id) NOT VALID;',
    },
    {
      schema: 'CREATE TABLE memberships (team_id bigint, user_id bigint, PRIMARY KEY (team_id, user_id));',
      unsafe: 'CREATE TABLE roles (user_id bigint REFERENCES memberships, role text);',
      safe: 'CREATE TABLE roles (team_id bigint, user_id bigint, role text, FOREIGN KEY (team_id, user_id) REFERENCES memberships);',
    },
  ],
  check: {
    AlterTableStmt: (stmt, context) => judge(addedByAlter(stmt, context), context),
    CreateStmt: (stmt, context) => judge(addedByCreate(stmt, context), context),
  },
});

function judge(keys: readonly AddedForeignKey[], context: RuleContext): void {
  for (const { referenced, referencedName, listed, columns, column, span } of keys) {
    const primary = referenced.constraints.find((c) => c.kind === 'primary')?.columns;
    const targets = listed.length > 0 ? listed : primary;
    if (!targets) continue;
    if (targets.length !== columns.length) {
      context.report(
        span,
        `This fails: the foreign key has ${count(columns.length)}, what it refers to in ${referencedName} has ${count(targets.length)}.`,
        `Name as many columns on both sides; of ${referencedName}: ${targets.join(', ')}.`,
      );
      continue;
    }
    for (const [i, name] of columns.entries()) {
      const from = column(name)?.type;
      const to = columnOf(referenced, targets[i] as string)?.type;
      if (!from || !to || !cannotRefer(from, to)) continue;
      context.report(
        span,
        `This fails: ${name} is ${printType(from)} and ${referencedName}.${targets[i]} is ${printType(to)}, which cannot be compared.`,
        'Give both columns the same type.',
      );
      break;
    }
  }
}

const count = (n: number): string => (n === 1 ? 'one column' : `${n} columns`);
