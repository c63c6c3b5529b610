/** `PASSWORD "secret"`: a string in double quotes, which make a name. */
import { insert, replace } from '../edits.ts';
import type { Recogniser } from '../mistake.ts';

export const stringInDoubleQuotes: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const token = tokens.all[at];
  const written = tokens.written(at);
  if (token?.kind !== 'identifier' || !written.startsWith('"') || token.unterminated) return null;
  const newText = `'${written.slice(1, -1).replaceAll('""', '"').replaceAll("'", "''")}'`;
  const edits = [replace(token, newText)];
  if (!broken.proves(edits)) return null;
  // behind a column, `a.b 'c'` would be the literal of a type that is called as the column is
  if (at > 0 && broken.proves([insert(tokens.span(at - 1).end, ',')])) return null;
  return {
    span: token,
    message: "Double quotes make a name: a string stands in '.",
    help: '',
    fixes: [{ title: `Write ${newText.length > 40 ? "it in '" : newText}`, edits, safe: false }],
  };
};
