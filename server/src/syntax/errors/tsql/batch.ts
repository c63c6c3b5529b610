/** `GO` on a line of its own. */
import type { BrokenStatement } from '../brokenStatement.ts';
import type { Mistake, Recogniser } from '../mistake.ts';

const help = 'GO is a command of SQL Server’s clients. In Postgres, ; ends a statement.';

export const go: Recogniser = (broken) => {
  for (const place of [broken.at, broken.at - 1]) {
    const found = goAt(broken, place);
    if (found) return found;
  }
  return null;
};

function goAt(broken: BrokenStatement, place: number): Mistake | null {
  const { text, tokens } = broken;
  const token = tokens.all[place];
  if (!token || tokens.word(place) !== 'go' || place === 0) return null;
  const lineStart = Math.max(text.lastIndexOf('\n', token.start), 0);
  const lineEnd = /[\r\n]|$/.exec(text.slice(token.end))?.index ?? 0;
  if (text.slice(lineStart, token.start).trim() !== '' || text.slice(token.end, token.end + lineEnd).trim() !== '')
    return null;
  const edits = [{ start: tokens.span(place - 1).end, end: token.end, newText: ';' }];
  if (!broken.proves(edits)) return null;
  return {
    span: token,
    message: 'GO does not end a statement in Postgres.',
    help,
    fixes: [{ title: 'Replace by ;', edits, safe: false }],
  };
}
