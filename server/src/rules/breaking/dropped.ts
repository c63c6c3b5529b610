/** The objects that a DROP lists, each with the words that name it. */
import type { DropStmt } from '@pgsql/types';
import { nodesKey } from '../../catalog/names.ts';
import type { Span } from '../../syntax/tokens.ts';
import type { RuleContext } from '../rule.ts';

export interface DroppedObject {
  /** `schema.name`, for relations. */
  readonly key: string;
  /** As the author wrote it. */
  readonly written: string;
  readonly span: Span;
}

export function droppedObjects(stmt: DropStmt, { tokens, text, before }: RuleContext): DroppedObject[] {
  let from = tokens.word(1) === 'materialized' || tokens.word(1) === 'foreign' ? 3 : 2;
  if (tokens.word(from) === 'concurrently') from++;
  if (tokens.word(from) === 'if' && tokens.word(from + 1) === 'exists') from += 2;
  const last = tokens.word(tokens.length - 1);
  const behavior = from < tokens.length - 1 && (last === 'cascade' || last === 'restrict');
  const parts = tokens.split(from, behavior ? tokens.length - 1 : tokens.length);
  return (stmt.objects ?? []).flatMap((object, i) => {
    const part = parts[i];
    if (!part) return [];
    const span = tokens.span(part.first, part.last);
    const key = 'List' in object ? nodesKey(object.List.items, before.session.schema) : '';
    return [{ key, written: text.slice(span.start, span.end), span }];
  });
}
