/** Characters that word processors, chats and web pages put in the place of those that SQL is written with. */
import type { BrokenStatement } from '../brokenStatement.ts';
import type { Edit } from '../mistake.ts';

/**
 * An edit for each of the characters outside quotes and comments. To Postgres every character beyond ASCII is a letter
 * (postgresql.org/docs/current/sql-syntax-lexical.html), so they stand inside what it reads as words.
 */
export function replaceCharacters(broken: BrokenStatement, replacements: ReadonlyMap<string, string>): Edit[] {
  const edits: Edit[] = [];
  for (const token of broken.tokens.all) {
    if (token.kind !== 'word' && token.kind !== 'unknown') continue;
    for (let i = token.start; i < token.end; i++) {
      const newText = replacements.get(broken.text[i] as string);
      if (newText !== undefined) edits.push({ start: i, end: i + 1, newText });
    }
  }
  return edits;
}

/** The edit that a reader at the error sees first: the last one up to the error's token. */
export function nearest(broken: BrokenStatement, edits: readonly Edit[]): Edit | undefined {
  const errorEnd = broken.atEnd ? broken.end : broken.spanOf(broken.at).end;
  return edits.findLast((e) => e.start < errorEnd);
}
