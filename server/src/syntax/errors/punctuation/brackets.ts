/** SQL Server's `[name]`. */
import type { Edit, Recogniser } from '../mistake.ts';

export const brackets: Recogniser = (broken) => {
  const { text, tokens } = broken;
  const bare: Edit[] = [];
  const inQuotes: Edit[] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (tokens.word(i) !== '[') continue;
    const open = tokens.span(i);
    // directly behind a name or a value it is a subscript
    const before = tokens.all[i - 1];
    if (before?.end === open.start && tokens.word(i - 1) !== '.' && tokens.word(i - 1) !== '(') continue;
    let close = i + 1;
    while (close < tokens.length && tokens.all[close]?.kind === 'word') close++;
    if (close === i + 1 || tokens.word(close) !== ']') continue;
    const end = tokens.span(close).end;
    const name = text.slice(open.end, end - 1).trim();
    const quoted = `"${name.replaceAll('"', '""')}"`;
    bare.push({ start: open.start, end, newText: /^[a-z_][a-z0-9_]*$/.test(name) ? name : quoted });
    inQuotes.push({ start: open.start, end, newText: quoted });
  }
  const first = bare[0];
  if (!first) return null;
  const fixes = broken.helpful([
    { title: 'Remove the brackets', edits: bare, safe: false },
    { title: 'Replace the brackets by "', edits: inQuotes, safe: false },
  ]);
  if (fixes.length === 0) return null;
  return {
    span: { start: first.start, end: first.end },
    message: 'Brackets are no quotes in Postgres: a name that needs quotes stands in ".',
    help: 'Without quotes, Postgres folds a name to lower case; with them, it is taken as it is written.',
    fixes,
  };
};
