import type { Constraint } from '@pgsql/types';
import { constraintOf, relationKey } from '../../catalog/catalog.ts';
import { rangeVarKey } from '../../catalog/names.ts';
import { commandsOf, targetOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

const help = 'Choose another name; or drop the old constraint in the same ALTER TABLE.';

/** Makes an index of the constraint's name, which must be free in the whole schema. */
const hasIndex = (constraint: Constraint): boolean =>
  !constraint.indexname && /^CONSTR_(?:PRIMARY|UNIQUE|EXCLUSION)$/.test(constraint.contype ?? '');

export default defineRule({
  id: 'constraint-already-exists',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'A constraint gets a name that is taken.',
    why: 'A table cannot have two constraints of one name (42710). And a unique constraint, a primary key and an exclusion constraint make an index of their name, which no table, view or other index of the schema may have (42P07): the same name on two tables fails for them, though not for checks and foreign keys.',
    fine: 'Never, where the files tell the whole history of the schema.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, CONSTRAINT positive CHECK (id > 0));',
      unsafe: 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;',
      safe: 'ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total > 0) NOT VALID;',
    },
    {
      schema:
        'CREATE TABLE users (email text, CONSTRAINT unique_email UNIQUE (email));\nCREATE TABLE admins (email text);',
      unsafe: 'ALTER TABLE admins ADD CONSTRAINT unique_email UNIQUE (email);',
      safe: 'CREATE UNIQUE INDEX CONCURRENTLY admins_email_key ON admins (email);\nALTER TABLE admins ADD CONSTRAINT admins_email_key UNIQUE USING INDEX admins_email_key;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      const freed = new Set<string>();
      let dropsColumn = false;
      for (const { command } of commandsOf(stmt, context)) {
        if (command.subtype === 'AT_DropConstraint') freed.add(command.name ?? '');
        dropsColumn ||= command.subtype === 'AT_DropColumn';
      }
      for (const { command, table, span } of commandsOf(stmt, context)) {
        const def = command.def;
        if (command.subtype !== 'AT_AddConstraint' || !def || !('Constraint' in def)) continue;
        const name = def.Constraint.conname;
        if (!name || freed.has(name) || !table.relation || dropsColumn) continue;
        const there = constraintOf(table.relation, name);
        // a check that is inherited is merged with an equal one
        if (there?.kind === 'check' && (table.relation.inherits.length > 0 || table.relation.partitionOf !== null))
          continue;
        const { schema } = table.relation;
        if (there) context.report(span, `This fails: ${table.written} already has a constraint ${name}.`, help);
        else if (hasIndex(def.Constraint) && !table.relation.temporary) {
          const taken = context.before.relation(relationKey(schema, name));
          if (!taken || taken.temporary) continue;
          context.report(
            span,
            `This fails: the constraint makes an index ${name}, and ${name} is already the name of ${of(taken)}.`,
            help,
          );
        }
      }
    },
    CreateStmt(stmt, context) {
      const { before, tokens } = context;
      const table = targetOf(stmt.relation, context);
      if (stmt.relation?.relpersistence === 't') return;
      if (stmt.if_not_exists && before.relation(rangeVarKey(stmt.relation, before.session.schema))) return;
      const schema = stmt.relation?.schemaname ?? before.session.schema;
      for (const element of stmt.tableElts ?? []) {
        const constraints =
          'Constraint' in element ? [element] : 'ColumnDef' in element ? element.ColumnDef.constraints : [];
        for (const node of constraints ?? []) {
          if (!('Constraint' in node) || !node.Constraint.conname || !hasIndex(node.Constraint)) continue;
          const name = node.Constraint.conname;
          const taken = before.relation(relationKey(schema, name));
          if (!taken || taken.temporary) continue;
          const at = tokens.at(node.Constraint.location ?? 0);
          context.report(
            tokens.span(at, at + 1),
            `CREATE TABLE ${table.written} fails: the constraint makes an index ${name}, and ${name} is already the name of ${of(taken)}.`,
            'Choose another name.',
          );
        }
      }
    },
    RenameStmt(stmt, context) {
      if (stmt.renameType !== 'OBJECT_TABCONSTRAINT') return;
      const table = targetOf(stmt.relation, context);
      const name = stmt.newname ?? '';
      const { tokens } = context;
      if (constraintOf(table.relation, name))
        context.report(
          tokens.span(table.after, tokens.length - 1),
          `This fails: ${table.written} already has a constraint ${name}.`,
          help,
        );
    },
  },
});

const of = ({ kind, table }: { kind: string; table: string | null }): string =>
  kind === 'index' && table
    ? `an index of ${table.replace(/^public\./, '')}`
    : `another ${kind === 'partitioned' ? 'table' : kind}`;
