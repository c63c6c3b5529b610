import { columnOf, type Relation } from '../../catalog/catalog.ts';
import { insertAt } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { keywords } from './newColumns.ts';
import { newForeignKeys } from './newForeignKeys.ts';

export default defineRule({
  id: 'circular-foreign-keys',
  family: 'schema',
  severity: 'information',
  docs: {
    summary: 'Two tables whose foreign keys refer to each other, both NOT NULL and neither deferrable.',
    why: 'The first row of either table needs a row of the other that cannot be there yet: every INSERT into one of them is refused. (Only one statement that writes both, with INSERT in a WITH clause, gets through.) A DEFERRABLE INITIALLY DEFERRED key is checked at the end of the transaction instead.',
    fine: 'All rows are written by such statements.',
    source: 'https://www.postgresql.org/docs/current/sql-set-constraints.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE teams (id bigint PRIMARY KEY, lead_id bigint NOT NULL);\nCREATE TABLE users (id bigint PRIMARY KEY, team_id bigint NOT NULL REFERENCES teams);',
      unsafe: 'ALTER TABLE teams ADD FOREIGN KEY (lead_id) REFERENCES users NOT VALID;',
      safe: 'ALTER TABLE teams ADD FOREIGN KEY (lead_id) REFERENCES users NOT VALID DEFERRABLE INITIALLY DEFERRED;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const key of newForeignKeys(stmt, context, context.before.session.schema)) {
        const own = context.before.relation(key.table);
        const other = context.before.relation(key.references);
        if (key.table === key.references || key.node.deferrable || !isRequired(own, key.columns)) continue;
        const back = other?.constraints.some(
          (c) => c.kind === 'foreign' && c.references === key.table && !c.deferrable && isRequired(other, c.columns),
        );
        if (!back) continue;
        context.report(
          key.span,
          `${key.writtenTable} and ${key.writtenReferences} now need a row of each other first: no INSERT of the first row into either gets through.`,
          'Make one of the two keys DEFERRABLE INITIALLY DEFERRED, or let one of the columns be NULL.',
          [
            {
              title: 'Make it DEFERRABLE INITIALLY DEFERRED',
              safe: false,
              edits: [insertAt(key.span.end, keywords(' DEFERRABLE INITIALLY DEFERRED', context))],
            },
          ],
        );
      }
    },
  },
});

/** One NULL and the key is not checked. */
const isRequired = (relation: Relation | undefined, columns: readonly string[]): boolean =>
  columns.length > 0 && columns.every((name) => columnOf(relation, name)?.notNull === true);
