/** MySQL's `name` in backticks. */
import type { BrokenStatement } from '../brokenStatement.ts';
import type { Edit, Recogniser } from '../mistake.ts';

export const backticks: Recogniser = (broken) => {
  const names = namesInBackticks(broken);
  const first = names[0];
  if (!first) return null;
  const bare = names.map((n) => ({
    ...n,
    newText: /^[a-z_][a-z0-9_]*$/.test(n.newText) ? n.newText : quoted(n.newText),
  }));
  const inQuotes = names.map((n) => ({ ...n, newText: quoted(n.newText) }));
  const fixes = broken.helpful([
    ...(bare.some((e, i) => e.newText !== inQuotes[i]?.newText)
      ? [{ title: 'Remove the backticks', edits: bare, safe: true }]
      : []),
    { title: 'Replace the backticks by "', edits: inQuotes, safe: true },
  ]);
  if (fixes.length === 0) return null;
  return {
    span: { start: first.start, end: first.end },
    message: 'Backticks are no quotes in Postgres: a name that needs quotes stands in ".',
    help: 'Without quotes, Postgres folds a name to lower case; with them, it is taken as it is written.',
    fixes,
  };
};

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** An edit for each, whose `newText` is the bare name. */
function namesInBackticks(broken: BrokenStatement): Edit[] {
  const { text } = broken;
  const marks: number[] = [];
  for (const token of broken.tokens.all) {
    if (token.kind !== 'operator') continue;
    for (let i = token.start; i < token.end; i++) if (text[i] === '`') marks.push(i);
  }
  const names: Edit[] = [];
  for (let i = 0; i + 1 < marks.length; i += 2) {
    const start = marks[i] as number;
    const end = (marks[i + 1] as number) + 1;
    const name = text.slice(start + 1, end - 1);
    if (name === '' || name.length > 63 || name.includes('\n')) return [];
    names.push({ start, end, newText: name });
  }
  return names;
}
