/** `INSERT t VALUES`, `GROUP a`, `CREATE INDEX i t (a)`: one small word is missing. */
import { insert } from '../edits.ts';
import type { Mend, Recogniser } from '../mistake.ts';

/** By how often they are forgotten. */
const words =
  'BY|FROM|INTO|SET|ON|TO|AS|TABLE|VALUES|AND|KEY|TYPE|END|THEN|IN|FOR|COLUMN|EXISTS|IS|IN SCHEMA|EXECUTE FUNCTION|USING|ADD|UPDATE|ROW'.split(
    '|',
  );
/** Words that commonly stand in front of the place: behind another word the rest is not tried. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  group: ['BY'],
  order: ['BY'],
  partition: ['BY', 'OF'],
  insert: ['INTO'],
  delete: ['FROM'],
  primary: ['KEY'],
  foreign: ['KEY'],
};

export const missingKeyword: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (at === 0 || broken.atEnd || broken.message.startsWith('unterminated')) return null;
  const before = tokens.word(at - 1);
  const candidates = wanted[before] ?? words;
  const fixes: Mend[] = [];
  for (const word of candidates) {
    // a comparison that is torn apart in a condition could go on in many ways
    const edits = [insert(broken.endBefore, ` ${broken.keyword(word)}`)];
    if (!broken.parses(edits)) continue;
    fixes.push({ title: `Add ${broken.keyword(word)}`, edits, safe: false });
    if (fixes.length > 1) return null; // which of them, only the author knows
  }
  const fix = fixes[0];
  if (!fix) return null;
  return {
    span: tokens.span(at),
    message: `${fix.title.slice(4)} is missing between ${short(tokens.written(at - 1))} and ${short(tokens.written(at))}.`,
    help: '',
    fixes,
  };
};

const short = (text: string): string => (text.length > 30 ? `${text.slice(0, 29)}…` : text);
