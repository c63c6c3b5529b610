/** `'it's'`: an apostrophe inside a string ends it. */
import { insert } from '../edits.ts';
import type { Recogniser } from '../mistake.ts';

export const apostrophe: Recogniser = (broken) => {
  const { text, tokens, at } = broken;
  const string = tokens.all[at - 1];
  const rest = tokens.all[at];
  if (string?.kind !== 'string' || rest?.start !== string.end || rest.kind !== 'word') return null;
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
