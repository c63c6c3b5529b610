/** Words that begin a statement of PL/pgSQL, and what an assignment looks like. */
import type { Reader } from './reader.ts';

const beginners = new Set(
  (
    'abort alter analyze assert begin call case close cluster comment commit continue copy create declare delete do drop ' +
    'else elseif elsif end exception execute exit explain fetch for foreach get grant if import insert lock loop merge move ' +
    'notify open perform raise refresh reindex reset return revoke rollback security select set truncate update values when ' +
    'while with'
  ).split(' '),
);

/** Words that go on with a query at the start of a line. */
const clauses = new Set(
  'and as asc by collate cross default desc distinct except fetch for from full group having in inner intersect is join left limit natural not offset on or order right union using values where window with'.split(
    ' ',
  ),
);

export function beginsStatement(reader: Reader, i: number): boolean {
  const word = reader.tokens.word(i);
  const next = reader.tokens.word(i + 1);
  // FOR UPDATE and WITH GRANT OPTION end a statement
  if (word === 'for') return !['update', 'share', 'no', 'key', 'each'].includes(next);
  if (word === 'with') return ['as', '('].includes(reader.tokens.word(i + 2)) || next === 'recursive';
  return beginners.has(word) || reader.wordAt(i) === '<<';
}

/** A declaration, or BEGIN: any name but one that may go on with the declaration before it. */
export const beginsDeclaration = (reader: Reader, i: number): boolean =>
  reader.beginsLine(i) && reader.nameAt(i) !== null && !clauses.has(reader.tokens.word(i));

/** `name := …`, `name.field := …`, `name[subscript] := …`. */
export const isAssignment = (reader: Reader, i: number): boolean => {
  const sign = afterTarget(reader, i);
  return sign > 0 && reader.wordAt(sign) === ':=';
};

/** Index behind `name`, `name.field`, `name[subscript]`, `$1`; -1 when no such thing begins at `i`. */
export function afterTarget(reader: Reader, i: number): number {
  if (reader.nameAt(i) === null && reader.tokens.all[i]?.kind !== 'parameter') return -1;
  let next = i + 1;
  for (;;) {
    const w = reader.wordAt(next);
    if (w === '.' && reader.nameAt(next + 1) !== null) next += 2;
    else if (w === '[') next = reader.closing(next) + 1;
    else return next;
  }
}
