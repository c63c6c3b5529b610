/** What stands between IF, WHEN, WHILE, FOR or FOREACH and its THEN or LOOP. */
import { afterTarget } from './beginners.ts';
import type { Variable } from './plpgsqlBody.ts';
import { anotherStatement, type Reader, type Stop } from './reader.ts';
import { putRowsInto, readCursorArguments, readDynamic, readTargets } from './simpleStatements.ts';

const prefix = 'SELECT ';

/**
 * Reads a value and the word behind it; where that word is missing, what follows is read as if it were there.
 * @param others further stops, which are left to the caller
 */
export function readHead(
  reader: Reader,
  kind: 'condition' | 'expression',
  word: 'then' | 'loop',
  others: readonly string[] = [],
): Stop {
  const problems = reader.problems.length;
  const stop = reader.read(kind, { stops: [word, ...others], missing: word.toUpperCase(), prefix });
  if (!others.includes(stop)) expectWord(reader, stop, word, problems);
  return stop;
}

/** @param problems how many there were before the piece: one that is told already explains the missing word */
function expectWord(reader: Reader, stop: Stop, word: string, problems: number): void {
  if (stop === anotherStatement || reader.accept(word)) return;
  if (reader.problems.length === problems) reader.missing(word.toUpperCase(), reader.at - 1, 'behind this');
  reader.accept(';');
}

/**
 * `targets IN [REVERSE] low..high [BY step] | query | cursor [(arguments)] | EXECUTE value [USING …]  LOOP`
 * @param variables gets the one that a loop over integers or a cursor declares itself
 */
export function readForHead(reader: Reader, variables: Variable[]): void {
  const target = reader.at;
  const problems = reader.problems.length;
  const targets = readTargets(reader);
  if (!reader.accept('in')) {
    reader.missing('IN', reader.at - 1, 'behind the variable of FOR');
    reader.at = reader.scan(reader.at, ['in', 'loop']);
    if (!reader.accept('in')) {
      reader.accept('loop');
      return;
    }
  }
  if (reader.accept('execute')) {
    putRowsInto(reader, targets, null);
    expectWord(reader, readDynamic(reader, ['using'], 'loop'), 'loop', problems);
    return;
  }
  const end = reader.scan(reader.at, ['loop']);
  const dots = findDots(reader, reader.at, end);
  if (dots >= 0) {
    const name = reader.nameAt(target);
    if (name !== null) variables.push({ name, kind: 'loop variable', type: 'integer', ...reader.tokens.span(target) });
    reader.accept('reverse');
    expectWord(reader, readRange(reader, dots, end), 'loop', problems);
    return;
  }
  // no query begins with a name and a parenthesis, so this is a cursor
  const declares = (): void => {
    const name = reader.nameAt(target);
    if (name !== null) variables.push({ name, kind: 'loop variable', type: 'record', ...reader.tokens.span(target) });
  };
  const called =
    reader.nameAt(reader.at) !== null && reader.word(1) === '(' && reader.closing(reader.at + 1) + 1 === end;
  if (called) {
    declares();
    reader.at++;
    readCursorArguments(reader);
  } else if (afterTarget(reader, reader.at) === end) {
    declares();
    reader.at = end;
  } else {
    const start = reader.startOf(reader.at);
    const stop = reader.read('query', { stops: ['loop'], missing: 'LOOP', prefix: '' });
    putRowsInto(reader, targets, reader.statements.findLast((piece) => piece.start === start) ?? null);
    expectWord(reader, stop, 'loop', problems);
    return;
  }
  expectWord(reader, reader.word(), 'loop', problems);
}

/** `low..high [BY step]`; the dots of `1..10` are no token of their own: it reads `1`, `.`, `.10`. */
function readRange(reader: Reader, dots: number, end: number): Stop {
  const step = reader.scan(dots, ['by', 'loop']);
  const options = { stops: [], missing: 'LOOP', prefix };
  reader.readTo('expression', dots, { ...options, missing: '..' });
  const first = reader.tokens.written(dots + 1);
  let stop: Stop;
  const high =
    first.length > 1
      ? reader.piece('expression', reader.startOf(dots + 1) + 1, reader.endBefore(Math.min(step, end)), prefix)
      : null;
  if (high?.parsed.kind === 'tree') {
    reader.statements.push(high);
    reader.at = Math.min(step, end);
    stop = reader.wordAt(reader.at);
  } else {
    reader.at = dots + (high ? 1 : 2);
    stop = reader.readTo('expression', Math.min(step, end), options);
  }
  if (stop === anotherStatement || !reader.accept('by')) return stop;
  return reader.read('expression', { ...options, stops: ['loop'] });
}

/** Index of the first of two dots outside parentheses; -1 if none. */
function findDots(reader: Reader, from: number, to: number): number {
  const { tokens } = reader;
  let depth = 0;
  for (let i = from; i + 1 < to; i++) {
    const w = tokens.word(i);
    if (w === '(' || w === '[') depth++;
    else if (w === ')' || w === ']') depth--;
    else if (depth === 0 && w === '.' && tokens.all[i]?.end === tokens.all[i + 1]?.start)
      if (tokens.written(i + 1).startsWith('.')) return i;
  }
  return -1;
}

/** `target [SLICE n] IN ARRAY value LOOP` */
export function readForeachHead(reader: Reader): void {
  putRowsInto(reader, readTargets(reader), null);
  if (reader.accept('slice')) reader.at++;
  if (reader.accept('in', 'array')) {
    readHead(reader, 'expression', 'loop');
    return;
  }
  reader.structureProblem('FOREACH is written FOREACH variable IN ARRAY value LOOP.', reader.at);
  reader.at = reader.scan(reader.at, ['loop']);
  reader.accept('loop');
}
