/** `'it's'`: an apostrophe inside a string ends it. */

import type { Span } from '../../tokens.ts';
import type { BrokenStatement } from '../brokenStatement.ts';
import { insert } from '../edits.ts';
import type { Mistake, Recogniser } from '../mistake.ts';

export const apostrophe: Recogniser = (broken) => {
  const { text, tokens, at } = broken;
  const string = tokens.all[at - 1];
  const rest = tokens.all[at];
  if (string?.kind !== 'string' || rest?.start !== string.end) return null;
  if (text[string.end - 2] === '\\') return backslash(broken, string);
  if (rest.kind !== 'word') return null;
  // a letter on both sides: elsewhere it is rather a quote that is missing before
  if (!/\p{L}/u.test(text[string.end - 2] ?? '')) return null;
  const edits = [insert(string.end, "'")];
  if (!broken.parses(edits)) return null;
  return {
    span: { start: string.end - 1, end: string.end },
    message: "This ' ends the string: an apostrophe inside a string is written twice.",
    help: '',
    fixes: [{ title: `Write ''${text.slice(rest.start, rest.start + 1)} …`, edits, safe: false }],
  };
};

/** `'it\\'s'`, as MySQL and most languages write it. */
function backslash(broken: BrokenStatement, string: Span): Mistake | null {
  const span = { start: string.end - 2, end: string.end };
  const fixes = broken.proven([
    { title: "Write ''", edits: [{ ...span, newText: "''" }], safe: false },
    { title: "Write E'…'", edits: [insert(string.start, 'E')], safe: false },
  ]);
  if (fixes.length === 0) return null;
  return {
    span,
    message: "A backslash escapes nothing in '…': a ' inside a string is written twice.",
    help: "In E'…' a backslash escapes.",
    fixes,
  };
}
