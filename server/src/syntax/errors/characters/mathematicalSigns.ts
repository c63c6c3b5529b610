/** `a ≠ b`, `a ≤ b`, a minus sign that is none. */
import type { Recogniser } from '../mistake.ts';
import { nearest, replaceCharacters } from './strayCharacters.ts';

const signs = new Map([
  ['≠', '<>'],
  ['≤', '<='],
  ['≥', '>='],
  ['×', '*'],
  ['÷', '/'],
  ['−', '-'],
  ['–', '-'],
  ['，', ','],
  ['；', ';'],
  ['（', '('],
  ['）', ')'],
  ['＝', '='],
]);

export const mathematicalSigns: Recogniser = (broken) => {
  const edits = replaceCharacters(broken, signs);
  const here = nearest(broken, edits);
  if (!here || !broken.comesFurther(edits)) return null;
  const written = broken.text[here.start] as string;
  const right = signs.get(written) as string;
  return {
    span: here,
    message: `${written} is no operator or punctuation of Postgres, which writes ${right}.`,
    help: '',
    fixes: [
      { title: edits.length > 1 ? `Replace the ${edits.length} signs` : `Replace by ${right}`, edits, safe: true },
    ],
  };
};
