/** What the grammar would have taken at the error, in words. */
import { parse as parseDml } from 'pgsql-ast-parser';
import type { BrokenStatement } from '../brokenStatement.ts';

/** Tried in statements that pgsql-ast-parser does not know. */
const common =
  'ON|TO|FROM|AS|SET|TABLE|USING|WITH|FOR|INTO|SELECT|WHERE|VALUES|NULL|DEFAULT|CHECK|INDEX|VIEW|FUNCTION|ADD|TYPE|EXECUTE'.split(
    '|',
  );
/** Those that cannot be names: where a name is taken, only these say anything of their own. */
const reserved =
  /^(?:ON|TO|FROM|AS|TABLE|USING|WITH|FOR|INTO|SELECT|NULL|DEFAULT|CHECK|WHERE|AND|OR|UNION|EXCEPT|INTERSECT|LIMIT|OFFSET|ORDER BY|GROUP BY|HAVING|RETURNING)$/;
const maxListed = 5;
/** With fewer left, in a long statement, the list would be a matter of chance. */
const fewestQuestions = 12;
/** UTF-16 units; pgsql-ast-parser takes some 4 µs for each, and more on long lists. */
const maxReadByDml = 2_000;

/** What could stand in the place of the error, at most five; none when that is not known. */
export function expectedAt(broken: BrokenStatement): string[] {
  if (broken.patience < fewestQuestions) return [];
  const place = broken.atEnd ? broken.end : broken.spanOf(broken.at).start;
  const takes = (sample: string): boolean => broken.takes(place, sample);
  const closing = takes(')') ? ['a closing parenthesis'] : [];
  const name = takes('zz_zz');
  const text = takes("'x'");
  // an expression can begin here: any value is possible, and a list of its beginnings helps nobody
  if (name && text && takes('1')) return ['a value', ...closing];
  const end =
    !broken.atEnd && broken.parses([{ start: place, end: broken.end, newText: '' }])
      ? ['the end of the statement']
      : [];
  const marks = [
    ...(takes(',') ? ['a comma'] : []),
    ...(takes('(') ? ['an opening parenthesis'] : []),
    ...closing,
    ...end,
  ];
  const dml = expectedInDml(broken, place);
  const keywords = (dml ?? common)
    .filter((word) => !name || reserved.test(word))
    .slice(0, broken.patience)
    .filter(takes);
  const values = [...(name ? ['a name'] : []), ...(text ? ['a string'] : [])];
  const room = maxListed - values.length - marks.length;
  return [...values, ...keywords.slice(0, Math.max(0, room)), ...marks].slice(0, maxListed);
}

/**
 * Keywords that pgsql-ast-parser would take. Null where it does not know the statement, or stops elsewhere than Postgres
 * does: then it knows less of the grammar than the author.
 */
function expectedInDml(broken: BrokenStatement, place: number): string[] | null {
  if (!/^(?:select|insert|update|delete|with|values)$/.test(broken.tokens.word(0))) return null;
  if (place - broken.start > maxReadByDml) return null;
  const token = broken.atEnd ? ';' : broken.tokens.written(broken.at);
  const before = `${broken.text.slice(broken.start, place)} `;
  // its lexer takes time that doubles with each space behind an E' or $$ that is not ended
  if (/\be'|\$\$/i.test(before + token)) return null;
  try {
    parseDml(before + token);
  } catch (error) {
    const { token: stopped, message } = error as { token?: { offset?: number }; message?: string };
    if (stopped?.offset !== before.length || !message) return null;
    const listed = [...message.matchAll(/A "kw_(\w+)" token/g)].map((m) => (m[1] as string).toUpperCase());
    return [...new Set(listed)].map((word) => (/^(?:GROUP|ORDER)$/.test(word) ? `${word} BY` : word));
  }
  return null;
}

/**
 * "expected a" or "expected, for example, a, b or c": neither list of words holds every keyword of Postgres. Empty when
 * nothing is known.
 */
export function inWords(items: readonly string[]): string {
  const [first] = items;
  if (first === undefined) return '';
  if (first === 'a value') return `expected ${items.join(' or ')}`;
  if (items.length === 1) return /^[A-Z]/.test(first) ? `expected, for example, ${first}` : `expected ${first}`;
  return `expected, for example, ${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}
