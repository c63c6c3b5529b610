/** `‘paid’` and `“name”`, as word processors write quotes. */
import type { Recogniser } from '../mistake.ts';
import { nearest, replaceCharacters } from './strayCharacters.ts';

const single = '‘’‚‛′';
const double = '“”„‟«»″';
const quotes = (asDouble: string): Map<string, string> =>
  new Map([...[...single].map((c) => [c, "'"] as const), ...[...double].map((c) => [c, asDouble] as const)]);

export const smartQuotes: Recogniser = (broken) => {
  const asNames = replaceCharacters(broken, quotes('"'));
  const here = nearest(broken, asNames);
  if (!here) return null;
  const asStrings = replaceCharacters(broken, quotes("'"));
  const both = asNames.some((e) => e.newText === '"');
  const fixes = broken.helpful([
    { title: both ? 'Replace by " for names and \' for strings' : "Replace by '", edits: asNames, safe: !both },
    ...(both ? [{ title: "Replace all by ' for strings", edits: asStrings, safe: false }] : []),
  ]);
  if (fixes.length === 0) return null;
  return {
    span: here,
    message: `${broken.text[here.start]} is a typographic quote: Postgres reads it as a letter.`,
    help: 'A string stands in \', a name in ".',
    fixes,
  };
};
