import { nameParts, nodesKey } from '../../catalog/names.ts';
import { isCopied, isEmpty } from '../../catalog/ownChanges.ts';
import { isInUse } from '../alterTable.ts';
import { defineRule, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'drop-table',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'DROP TABLE of a table that this file did not create.',
    why: 'The data is gone for good, and every client that still uses the table fails. With CASCADE, foreign keys and views that refer to it go as well.',
    fine: 'Nothing that is running uses the table any more, and its data is not needed or saved elsewhere.',
    source: 'https://www.postgresql.org/docs/current/sql-droptable.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE legacy_sessions (id bigint PRIMARY KEY);',
      unsafe: 'DROP TABLE legacy_sessions;',
      safe: 'CREATE TABLE import_buffer (id bigint);\nDROP TABLE import_buffer;',
    },
  ],
  check: {
    DropStmt(stmt, context) {
      if (stmt.removeType !== 'OBJECT_TABLE') return;
      for (const object of stmt.objects ?? []) {
        if (!('List' in object)) continue;
        const key = nodesKey(object.List.items, context.before.session.schema);
        if (!isInUse(key, context) || (stmt.missing_ok && isKnownMissing(key, context))) continue;
        const name = nameParts(object.List.items).join('.');
        context.report(
          context.tokens.span(0, 1),
          isCopied(key, null, context.before)
            ? `Dropping ${name} breaks clients that still use it, unless its copy takes the name.`
            : `Dropping ${name} ${isEmpty(key, context.before) ? '' : 'loses its data and '}breaks clients that still use it.`,
          'Release code that no longer uses the table first. Renaming it for a while keeps the data at hand until you are sure.',
        );
        return;
      }
    },
  },
});

/** A migration that clears the way for what it creates, in a history that tells every table. */
const isKnownMissing = (key: string, { before, wholeHistory }: RuleContext): boolean =>
  wholeHistory && !before.relation(key) && !before.doubts('origin') && !before.doubts('relations');
