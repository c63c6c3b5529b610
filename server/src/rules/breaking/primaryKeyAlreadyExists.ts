import { rangeVarKey } from '../../catalog/names.ts';
import { constraintsOf } from '../../catalog/tableElements.ts';
import { commandsOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'primary-key-already-exists',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'A second primary key for a table.',
    why: 'A table has at most one primary key: Postgres refuses another with "multiple primary keys for table … are not allowed" (42P16). Two columns marked PRIMARY KEY are two keys, not one of two columns.',
    fine: 'Never, where the files tell the whole history of the table.',
    source: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);',
      unsafe: 'ALTER TABLE users ADD PRIMARY KEY (email);',
      safe: 'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);',
    },
    {
      unsafe: 'CREATE TABLE members (user_id bigint PRIMARY KEY, team_id bigint PRIMARY KEY);',
      safe: 'CREATE TABLE members (user_id bigint, team_id bigint, PRIMARY KEY (user_id, team_id));',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      const freed = new Set<string>();
      for (const { command } of commandsOf(stmt, context)) {
        if (command.subtype === 'AT_DropConstraint') freed.add(`constraint ${command.name}`);
        if (command.subtype === 'AT_DropColumn') freed.add(`column ${command.name}`);
      }
      for (const { command, table, span } of commandsOf(stmt, context)) {
        const def = command.def;
        if (!def || (command.missing_ok && command.subtype === 'AT_AddColumn')) continue;
        const adds =
          ('Constraint' in def && def.Constraint.contype === 'CONSTR_PRIMARY') ||
          ('ColumnDef' in def && constraintsOf(def.ColumnDef).some((c) => c.contype === 'CONSTR_PRIMARY'));
        const there = table.relation?.constraints.find((c) => c.kind === 'primary');
        if (!adds || !there) continue;
        if (freed.has(`constraint ${there.name}`) || there.columns.some((c) => freed.has(`column ${c}`))) continue;
        // dropped under a name that the files do not tell
        if (there.name === null && [...freed].some((f) => f.startsWith('constraint'))) continue;
        context.report(
          span,
          `This fails: ${table.written} already has a primary key (${there.columns.join(', ')}).`,
          'Add a unique constraint instead, or drop the old primary key in the same ALTER TABLE.',
        );
      }
    },
    CreateStmt(stmt, context) {
      const { before, tokens } = context;
      if (stmt.if_not_exists && before.relation(rangeVarKey(stmt.relation, before.session.schema))) return;
      let seen = 0;
      for (const element of stmt.tableElts ?? []) {
        const keys =
          'ColumnDef' in element
            ? constraintsOf(element.ColumnDef).filter((c) => c.contype === 'CONSTR_PRIMARY')
            : 'Constraint' in element && element.Constraint.contype === 'CONSTR_PRIMARY'
              ? [element.Constraint]
              : [];
        for (const { location = 0, conname } of keys) {
          if (seen++ === 0) continue;
          const at = tokens.find(['primary', 'key'], tokens.at(location));
          context.report(
            tokens.span(conname ? at : tokens.at(location), at + 1),
            `This fails: ${stmt.relation?.relname} gets a second primary key.`,
            'For one key of several columns, write PRIMARY KEY (a, b) behind the columns.',
          );
        }
      }
    },
  },
});
