/** `FOREIGN KEY a REFERENCES`, `PRIMARY KEY a`, `CREATE INDEX i ON t a`: columns stand in parentheses. */
import { insert } from '../edits.ts';
import type { Recogniser } from '../mistake.ts';

export const columnList: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const kind = tokens.all[at]?.kind;
  if (kind !== 'word' && kind !== 'identifier') return null;
  const before = tokens.word(at - 1);
  if (!isIndexed() && !/^(?:key|unique|columns)$/.test(before)) return null;
  // every further column while names and commas alternate: the longest list with which the statement can be read
  let last = at;
  const ends = [last];
  while (tokens.word(last + 1) === ',' && /^(?:word|identifier)$/.test(tokens.all[last + 2]?.kind ?? '')) {
    last += 2;
    ends.push(last);
  }
  for (const end of ends.reverse().slice(0, 6)) {
    const edits = [insert(tokens.span(at).start, '('), insert(tokens.span(end).end, ')')];
    if (!broken.proves(edits)) continue;
    return {
      span: tokens.span(at, end),
      message: 'Columns stand in parentheses here.',
      help: '',
      fixes: [{ title: 'Add the parentheses', edits, safe: false }],
    };
  }
  return null;

  /** Directly behind the table's name, or behind USING and the method. */
  function isIndexed(): boolean {
    if (tokens.word(0) !== 'create' || tokens.find(['index'], 0, 4) < 0) return false;
    const on = tokens.find(['on']);
    const behindTable = on < 0 ? -1 : tokens.afterName(on + (tokens.word(on + 1) === 'only' ? 2 : 1));
    return at === behindTable || (tokens.word(behindTable) === 'using' && at === behindTable + 2);
  }
};
