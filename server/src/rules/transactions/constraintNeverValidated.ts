import { constraintOf } from '../../catalog/catalog.ts';
import { rangeVarKey } from '../../catalog/names.ts';
import { inUse } from '../../facts/blocking.ts';
import { quoteIdentifier } from '../edits.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'constraint-never-validated',
  family: 'transactions',
  severity: 'information',
  docs: {
    summary: 'A constraint added NOT VALID that nothing behind it validates.',
    why: 'NOT VALID holds for what is written from now on; the rows that were there have never been looked at. They may break it, the planner does not rely on it, and a dump of the database may fail to load. VALIDATE CONSTRAINT looks at them and blocks neither reads nor writes.',
    fine: 'The next release will validate it, or the old rows are known to break it.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-VALIDATE-CONSTRAINT',
  },
  examples: [
    {
      schema: 'CREATE TABLE products (id bigint PRIMARY KEY, price numeric);',
      unsafe: 'ALTER TABLE products ADD CONSTRAINT price_positive CHECK (price > 0) NOT VALID;',
      safe: 'ALTER TABLE products ADD CONSTRAINT price_positive CHECK (price > 0) NOT VALID;\nALTER TABLE products VALIDATE CONSTRAINT price_positive;',
    },
  ],
  conclude: {
    AlterTableStmt(stmt, context) {
      const key = rangeVarKey(stmt.relation, context.session.schema);
      const table = context.after.relation(key);
      if (stmt.objtype !== 'OBJECT_TABLE' || !table || !inUse(key, context.after)) return;
      for (const node of stmt.cmds ?? []) {
        const def = 'AlterTableCmd' in node ? node.AlterTableCmd.def : undefined;
        if (!def || !('Constraint' in def) || !def.Constraint.skip_validation) continue;
        const name = def.Constraint.conname;
        const constraint = name === undefined ? undefined : constraintOf(table, name);
        // NOT ENFORCED is never validated, and need not be
        if (!name || !constraint || constraint.validated || context.tokens.find(['not', 'valid']) < 0) continue;
        const at = context.tokens.find(['not', 'valid']);
        const written = context.text.slice(context.body.start, context.body.end);
        const head =
          /^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?(?:"(?:[^"]|"")+"|[\w$]+)(?:\.(?:"(?:[^"]|"")+"|[\w$]+))?/i.exec(
            written,
          )?.[0];
        context.report(
          context.tokens.span(at, at + 1),
          `${name} is never validated: the rows that ${table.name} had before may break it.`,
          'VALIDATE CONSTRAINT in a later migration: it scans the table and lets reads and writes go on.',
          context.takesFollowUps && head
            ? [
                {
                  title: 'Validate it in the next migration',
                  safe: false,
                  edits: [],
                  followUps: [
                    {
                      name: `validate_${name.toLowerCase().replaceAll(/\W+/g, '_')}`,
                      statements: [`${head} VALIDATE CONSTRAINT ${quoteIdentifier(name)}`],
                      outsideTransaction: false,
                    },
                  ],
                },
              ]
            : [],
        );
      }
    },
  },
});
