import { commandsOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

const kinds: Readonly<Record<string, string>> = {
  primary: 'the primary key',
  unique: 'a unique constraint',
  exclude: 'an exclusion constraint',
};

export default defineRule({
  id: 'alter-constraint-not-foreign-key',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'ALTER CONSTRAINT of a constraint that is no foreign key.',
    why: 'Whether a constraint is deferrable can be changed for foreign keys only: for a primary key, a unique or an exclusion constraint Postgres refuses ALTER CONSTRAINT (42809).',
    fine: 'Never, where the files tell the constraint.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ALTER-CONSTRAINT',
  },
  examples: [
    {
      schema: 'CREATE TABLE seats (id bigint PRIMARY KEY, place integer UNIQUE);',
      unsafe: 'ALTER TABLE seats ALTER CONSTRAINT seats_place_key DEFERRABLE;',
      safe: 'ALTER TABLE seats DROP CONSTRAINT seats_place_key;\nCREATE UNIQUE INDEX CONCURRENTLY seats_place ON seats (place);\nALTER TABLE seats ADD CONSTRAINT seats_place_key UNIQUE USING INDEX seats_place DEFERRABLE;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { command, table, span } of commandsOf(stmt, context)) {
        const def = command.def;
        if (command.subtype !== 'AT_AlterConstraint' || !def) continue;
        const name = 'ATAlterConstraint' in def ? def.ATAlterConstraint.conname : undefined;
        const constraint = table.relation?.constraints.find((c) => c.name === name);
        const kind = kinds[constraint?.kind ?? ''];
        if (!kind) continue;
        context.report(
          span,
          `This fails: ${name} is ${kind}, and only foreign keys can be altered.`,
          'Drop it and add it anew; built from an index that was made CONCURRENTLY, that blocks nobody for long.',
        );
      }
    },
  },
});
