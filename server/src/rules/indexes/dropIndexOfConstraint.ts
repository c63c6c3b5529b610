import { nodesKey } from '../../catalog/names.ts';
import { quoteIdentifier } from '../edits.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'drop-index-of-constraint',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'DROP INDEX of an index that belongs to a primary key, unique or exclusion constraint.',
    why: 'The constraint needs its index, so DROP INDEX fails (2BP01), with CASCADE as well. Dropping the constraint drops its index too.',
    fine: 'Never: the statement does not run.',
    source: 'https://www.postgresql.org/docs/current/sql-dropindex.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text CONSTRAINT users_email_key UNIQUE);',
      unsafe: 'DROP INDEX users_email_key;',
      safe: 'ALTER TABLE users DROP CONSTRAINT users_email_key;',
    },
  ],
  check: {
    DropStmt(stmt, context) {
      if (stmt.removeType !== 'OBJECT_INDEX') return;
      const { before, tokens } = context;
      for (const object of stmt.objects ?? []) {
        if (!('List' in object)) continue;
        const key = nodesKey(object.List.items, before.session.schema);
        const index = before.relation(key);
        const constraint = index?.index?.constraint;
        const table = index?.table ? before.relation(index.table) : undefined;
        if (!index || !constraint || !table) continue;
        const name = quoteIdentifier(constraint);
        const schema = table.schema === before.session.schema ? '' : `${quoteIdentifier(table.schema)}.`;
        const drop = `ALTER TABLE ${schema}${quoteIdentifier(table.name)} DROP CONSTRAINT ${name}`;
        const only = stmt.objects?.length === 1;
        context.report(
          tokens.span(0, tokens.length - 1),
          `This fails: ${index.name} is the index of the constraint ${name} of ${table.name}.`,
          `Drop the constraint, and its index goes with it: ${drop}.`,
          only ? [{ title: 'Drop the constraint', safe: false, edits: [{ ...context.body, newText: drop }] }] : [],
        );
      }
    },
  },
});
