/** `SELECT a` with a no-break space in it. */
import type { Recogniser } from '../mistake.ts';
import { nearest, replaceCharacters } from './strayCharacters.ts';

const names = new Map([
  ['\u00a0', 'no-break space'],
  ['\u202f', 'narrow no-break space'],
  ['\u2007', 'figure space'],
  ['\u2002', 'en space'],
  ['\u2003', 'em space'],
  ['\u2009', 'thin space'],
  ['\u200a', 'hair space'],
  ['\u3000', 'ideographic space'],
  ['\u2028', 'line separator'],
  ['\u2029', 'paragraph separator'],
  ['\u200b', 'zero-width space'],
  ['\u200c', 'zero-width non-joiner'],
  ['\u200d', 'zero-width joiner'],
  ['\u200e', 'left-to-right mark'],
  ['\u200f', 'right-to-left mark'],
  ['\u2060', 'word joiner'],
  ['\u00ad', 'soft hyphen'],
]);
const noWidth = /[\u200b-\u200f\u2060\u00ad]/;
const replacements = new Map([...names.keys()].map((c) => [c, noWidth.test(c) ? '' : ' ']));

export const invisibleCharacters: Recogniser = (broken) => {
  const edits = replaceCharacters(broken, replacements);
  const here = nearest(broken, edits);
  if (!here || !broken.comesFurther(edits)) return null;
  const character = broken.text[here.start] as string;
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const title =
    edits.length > 1 ? `Replace the ${edits.length} invisible characters` : 'Replace the invisible character';
  return {
    span: here,
    message: `An invisible character stands here: a ${names.get(character)} (U+${code}).`,
    help: 'Postgres reads it as a letter, not as white space.',
    fixes: [{ title, edits, safe: true }],
  };
};
