/** `(a int b text)`, `SELECT t.a t.b`, `VALUES (1) (2)`, `IN (1 2 3)`. */
import { insert } from '../edits.ts';
import type { Edit, Recogniser } from '../mistake.ts';

const maxCommas = 8;

export const missingComma: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (broken.atEnd || at === 0) return null;
  // the error may show a token late: `t.a t` reads as a name and its alias until the dot comes
  for (const first of [at, at - 1]) {
    if (first < 1 || !canBeSeparated(tokens.word(first - 1), tokens.word(first)) || belongTogether(first)) continue;
    const edits: Edit[] = [];
    let place = first;
    for (let i = 0; i < maxCommas && place > 0; i++) {
      const before = tokens.span(place - 1).end;
      if (edits.some((e) => e.start === before)) break;
      edits.push(insert(before, ','));
      const gain = broken.gain(edits);
      // a little further is no proof: one more comma may be missing there, or something else is wrong
      if (gain >= 3) {
        const left = tokens.written(first - 1);
        const right = tokens.written(first);
        return {
          span: tokens.span(first),
          message: isCertain(first)
            ? `A comma is missing between ${short(left)} and ${short(right)}.`
            : `Unexpected ${short(right)}: a comma may be missing in front of it.`,
          help: '',
          fixes: [
            {
              title: edits.length > 1 ? `Add the ${edits.length} missing commas` : 'Add the missing comma',
              edits,
              safe: false,
            },
          ],
        };
      }
      const stopped = broken.errorAfter(edits) - edits.length;
      const next = tokens.all.findIndex((t) => t.end > stopped);
      // further on in the same line something else is wrong
      const { start } = tokens.span(next);
      if (next !== place + 1 && !/\n[ \t]*$/.test(broken.text.slice(Math.max(0, start - 100), start))) break;
      place = next;
      if (gain < 0) break;
    }
  }
  return null;

  /** In a list that nothing but commas divides; elsewhere the word before may be one that Postgres does not know. */
  function isCertain(i: number): boolean {
    const [left, right] = [tokens.all[i - 1], tokens.all[i]];
    if (!left || !right || broken.text.slice(left.end, right.start).includes('\n')) return true;
    if (tokens.word(i - 1) === ')' || tokens.word(i - 1) === ']' || right.kind === 'identifier') return true;
    if (tokens.word(i + 1) === '.' && tokens.word(i - 2) === '.') return true;
    return tokens.word(0) === 'create' || inValues(i);
  }

  /** Inside the parentheses of IN, VALUES or INSERT INTO t. */
  function inValues(i: number): boolean {
    let open = i - 1;
    for (let depth = 0; open >= 0; open--) {
      const word = tokens.word(open);
      if (word === ')') depth++;
      else if (word === '(' && depth-- === 0) break;
    }
    if (open < 1) return false;
    return /^(?:in|values|,)$/.test(tokens.word(open - 1)) || (tokens.word(0) === 'insert' && open < 6);
  }

  /** Two strings are one that is broken up; what is written without a space is something else than two items. */
  function belongTogether(i: number): boolean {
    const [left, right] = [tokens.all[i - 1], tokens.all[i]];
    if (left?.kind === 'string' && right?.kind === 'string') return !inValues(i);
    return left?.end === right?.start && left?.kind !== 'punctuation' && right?.kind !== 'punctuation';
  }
};

const short = (text: string): string => (text.length > 30 ? `${text.slice(0, 29)}…` : text);

const canBeSeparated = (left: string, right: string): boolean =>
  !/^[(,.[]$/.test(left) &&
  !/^(?:[),.;\]]|filter|over|within|partition|uescape|escape)$/.test(right) &&
  left !== 'select';
