import { keyOf, type Relation } from '../../catalog/catalog.ts';
import { droppedObjects } from '../breaking/dropped.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { keyFor } from './certain.ts';
import { goneRelation } from './earlier.ts';
import { tokensOfName } from './nameTokens.ts';
import { fixesFor, identifierIn, mayBeBuilt, meantText, nearestNames } from './nearest.ts';

export default defineRule({
  id: 'unknown-index',
  family: 'names',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary:
      'DROP INDEX names an index that was dropped or renamed before, or one that only resembles an index that exists.',
    why: 'Postgres refuses it with "index … does not exist" (42704). An index goes with its table, with its columns and with its constraint.',
    fine: 'Something else than the files has created the index.',
    source: 'https://www.postgresql.org/docs/current/sql-dropindex.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE INDEX users_by_email ON users (email);',
      unsafe: 'DROP INDEX CONCURRENTLY users_by_mail;',
      safe: 'DROP INDEX CONCURRENTLY users_by_email;',
    },
  ],
  check: {
    DropStmt(stmt, context) {
      if (stmt.missing_ok || stmt.removeType !== 'OBJECT_INDEX') return;
      for (const { span } of droppedObjects(stmt, context)) {
        const words = tokensOfName(context.tokens, span);
        const names = words.map((w) => identifierIn(context.text.slice(w.start, w.end)));
        const place = words.at(-1);
        const name = names.at(-1);
        if (place && name !== undefined && names.length <= 2)
          judge(name, names.length === 2 ? names[0] : undefined, place, context);
      }
    },
  },
});

function judge(
  name: string,
  namespace: string | undefined,
  place: { start: number; end: number },
  context: RuleContext,
): void {
  const { before } = context;
  const key = keyFor(name, namespace, context);
  const schema = namespace ?? before.session.schema;
  if (before.relation(key) || before.doubts('relations') || before.doubts(`of ${key}`)) return;
  if (namespace === undefined && before.session.otherSchemas) return;
  if (before.versionsOf(key).some(({ relation }) => relation?.temporary)) return;
  const gone = before.doubts('partitions') ? null : goneRelation(key, before);
  if (gone) {
    context.report(place, `This fails: ${name} ${gone.how} before.`, 'Leave it out, or write IF EXISTS.', [], {
      related: gone.related,
    });
    return;
  }
  if (!context.wholeHistory || before.doubts('origin')) return;
  const indexes = before
    .contentsOf(schema)
    .relations.flatMap((other) => before.relation(other) ?? [])
    .filter((r: Relation) => r.kind === 'index');
  const names = indexes.map((r) => r.name);
  const isBuilt = before.doubts('partitions');
  if (isBuilt && mayBeBuilt(name, indexes)) return;
  const meant = nearestNames(name, names);
  // the names of some indexes are not known
  const isCertain = indexes.every((r) => r.table === null || before.relation(r.table)?.indexes.includes(keyOf(r)));
  if (meant.length === 0 || !isCertain) return;
  if (!isBuilt)
    context.report(place, `This fails: there is no index ${name}.`, meantText(name, meant), fixesFor(meant, place));
  else
    context.report(
      place,
      `The files before leave no index ${name}: the statement is refused unless something else has created it.`,
      meantText(name, meant),
      fixesFor(meant, place),
      { severity: 'warning' },
    );
}
