/** The index that a migration makes, built CONCURRENTLY by one of its own instead. */
import type { IndexStmt } from '@pgsql/types';
import { gone, quoteIdentifier } from './edits.ts';
import type { Edit, Fix, RuleContext } from './rule.ts';

/**
 * An index without a name would get one in the other migration, but could not be dropped by it.
 * @param concurrently what writes that word into the statement, where it lacks it
 */
export function movedIndexFix({ idxname, relation }: IndexStmt, context: RuleContext, concurrently?: Edit): Fix[] {
  if (idxname === undefined) return [];
  const { text, body } = context;
  const { start, newText } = concurrently ?? { start: body.end, newText: '' };
  const quoted = quoteIdentifier(idxname);
  const index = relation?.schemaname === undefined ? quoted : `${quoteIdentifier(relation.schemaname)}.${quoted}`;
  return [
    {
      title: 'Create the index CONCURRENTLY in a migration of its own',
      // until then other statements of the file cannot count on it
      safe: false,
      edits: [gone(context, `The index ${idxname}`)],
      moves: idxname,
      followUps: [
        {
          name: `build_${idxname}`,
          statements: [text.slice(body.start, start) + newText + text.slice(start, body.end)],
          undo: [`DROP INDEX CONCURRENTLY ${index}`],
          outsideTransaction: true,
        },
      ],
    },
  ];
}
