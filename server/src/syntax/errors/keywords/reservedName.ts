/** `CREATE TABLE user (…)`, a column `desc`, `SELECT order FROM t`: a reserved word is a name only in quotes. */
import { replace } from '../edits.ts';
import type { Edit, Recogniser } from '../mistake.ts';

/**
 * Reserved words that people use as names (postgresql.org/docs/current/sql-keywords-appendix.html). Those that only begin
 * clauses (WHERE, HAVING, JOIN …) are left out: where one of them stands in the place of a name, the name is missing.
 */
const asNames = new Set(
  (
    'all analyse analyze any array asc asymmetric authorization binary both case cast check collation column constraint ' +
    'current_date current_role current_time current_timestamp current_user default desc end fetch for foreign freeze from ' +
    'grant group initially leading limit localtime localtimestamp offset only order placing primary references ' +
    'session_user some symmetric system_user table to trailing unique user variadic verbose when window'
  ).split(' '),
);
/** Words that end what stands before them, so that one of them in the place of a name needs the whole statement as proof. */
const beginsClause =
  /^(?:from|group|order|limit|offset|for|fetch|window|to|end|when|check|constraint|default|primary|foreign|unique|references|only)$/;

export const reservedName: Recogniser = (broken) => {
  const { tokens } = broken;
  const edits: Edit[] = [];
  const quoted = new Set<number>();
  let stop = broken.at;
  // one after the other: a statement with one such column often has a second
  for (let round = 0; round < 4; round++) {
    const place = [stop - 1, stop].find((i) => asNames.has(tokens.word(i)) && !quoted.has(i) && mayBeName(i));
    if (place === undefined) return null;
    quoted.add(place);
    edits.push(replace(tokens.span(place), `"${tokens.word(place)}"`));
    const gain = broken.gain(edits);
    const [first] = quoted;
    if (first === undefined) return null;
    const needed = [...quoted].some((i) => beginsClause.test(tokens.word(i)) && !isColumn(i))
      ? Number.POSITIVE_INFINITY
      : 2;
    if (gain >= needed) {
      const names = [...quoted].map((i) => `"${tokens.word(i)}"`).join(' and ');
      return {
        span: tokens.span(first),
        message: `${tokens.written(first)} is a reserved word of SQL: as a name it stands in double quotes.`,
        help: 'A name that is not reserved saves the quotes in every query.',
        fixes: [{ title: `Write ${names}`, edits, safe: false }],
      };
    }
    if (gain < 0 && round > 0) return null;
    const stopped = broken.errorAfter(edits) - 2 * edits.length;
    stop = tokens.all.findIndex((t) => t.end > stopped);
    if (stop < 0) return null;
  }
  return null;

  /** `order int` between the columns of a table: only a constraint's own words can stand there as well. */
  function isColumn(i: number): boolean {
    return (
      tokens.word(0) === 'create' &&
      /^[(,]$/.test(tokens.word(i - 1)) &&
      tokens.all[i + 1]?.kind === 'word' &&
      !/^(?:check|constraint|primary|foreign|unique|references)$/.test(tokens.word(i))
    );
  }

  /** Where a name can stand: behind a comma, a parenthesis, a dot or a keyword that names follow. */
  function mayBeName(i: number): boolean {
    const before = tokens.word(i - 1);
    const after = tokens.word(i + 1);
    // at the end of what is typed so far it is the next clause
    if (i === tokens.length - 1 && !/^(?:from|into|table|update|join|on)$/.test(before)) return false;
    if (i < broken.at && !/^(?:select|by|where|and|or|on|,|\(|\.)$/.test(before)) return false;
    if (i < broken.at && !/^(?:from|,|\)|asc|desc|=)$/.test(after) && tokens.all[i + 1]?.kind !== 'operator')
      return false;
    return /^(?:[,(.]|table|exists|from|into|update|join|references|on|select|by|where|and|or|as|set|column|to|only|type|view|index|role|schema|truncate|rename)$/.test(
      before,
    );
  }
};
