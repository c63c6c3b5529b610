/** Statements of PL/pgSQL that hold no other statements. Each is read up to and with its `;`. */
import type { Span } from '../../tokens.ts';
import { afterTarget, beginsStatement, isAssignment } from './beginners.ts';
import { endStatement, finish } from './ending.ts';
import type { BodyStatement, EmbeddedKind } from './plpgsqlBody.ts';
import { readRaise } from './raise.ts';
import type { Reader, Stop } from './reader.ts';

/** Words that are no names in PL/pgSQL, so that nothing is assigned to them. */
const reserved =
  /^(?:all|begin|by|case|declare|else|end|execute|for|foreach|from|if|in|into|loop|not|null|or|strict|then|to|using|when|while)$/;

export function readSimpleStatement(reader: Reader): void {
  const word = reader.word();
  if (!reserved.test(word) && readAssignment(reader)) return;
  const read = readers[word];
  if (read) {
    reader.at++;
    read(reader);
  } else if (word === ';') {
    reader.structureProblem(
      'Unexpected ; because no statement stands before it.',
      reader.at,
      reader.at,
      reader.replaceBy('', reader.at),
    );
    reader.at++;
  } else readSqlStatement(reader);
}

const readers: Readonly<Record<string, (reader: Reader) => void>> = {
  null: endStatement,
  return: readReturn,
  raise: readRaise,
  assert: (r) => values(r, 'condition'),
  perform: (r) => whole(r, 'query', 'SELECT '),
  execute: readExecute,
  exit: readExit,
  continue: readExit,
  get: readDiagnostics,
  open: readOpen,
  fetch: readFetch,
  move: readFetch,
  close: readClose,
  commit: readTransactionEnd,
  rollback: readTransactionEnd,
};

function whole(reader: Reader, kind: EmbeddedKind, prefix: string, mayBeEmpty = false): void {
  finish(reader, reader.read(kind, { stops: [], missing: ';', prefix, mayBeEmpty }));
}

/** Values between commas, up to `;`. */
export function values(reader: Reader, first: EmbeddedKind = 'expression', stops: readonly string[] = []): Stop {
  let kind = first;
  for (;;) {
    const stop = reader.read(kind, { stops: [',', ...stops], missing: ';', prefix: 'SELECT ' });
    kind = 'expression';
    if (stop === ',') reader.at++;
    else if (stops.includes(stop)) return stop;
    else {
      finish(reader, stop);
      return stop;
    }
  }
}

function readAssignment(reader: Reader): boolean {
  const first = reader.at;
  const sign = afterTarget(reader, first);
  if (sign < 0 || (reader.wordAt(sign) !== ':=' && reader.wordAt(sign) !== '=')) return false;
  if (reader.tokens.find(['['], first, sign) >= 0)
    reader.readTo('expression', sign, { stops: [], missing: ';', prefix: 'SELECT ' });
  reader.at = sign + 1;
  whole(reader, 'expression', 'SELECT ');
  return true;
}

function readReturn(reader: Reader): void {
  if (reader.accept('next')) whole(reader, 'expression', 'SELECT ', true);
  else if (reader.accept('query')) {
    if (reader.accept('execute')) readDynamic(reader, ['using']);
    else whole(reader, 'query', '');
  } else {
    if (reader.word() === ';') reader.bareReturns.push(reader.tokens.span(reader.at - 1));
    whole(reader, 'expression', 'SELECT ', true);
  }
}

function readExecute(reader: Reader): void {
  readDynamic(reader, ['into', 'using']);
}

/** A value that is run as SQL, and INTO and USING in any order. */
export function readDynamic(reader: Reader, stops: readonly string[], until = ';'): Stop {
  const ends = until === ';' ? stops : [...stops, until];
  const first = reader.at;
  let stop = reader.read('expression', {
    stops: ends,
    missing: until === ';' ? ';' : until.toUpperCase(),
    prefix: 'SELECT ',
  });
  if (reader.at > first) reader.dynamic.push({ start: reader.startOf(first), end: reader.endBefore(reader.at) });
  for (;;) {
    if (stop === 'into' && ends.includes('into')) {
      reader.at++;
      reader.accept('strict');
      putRowsInto(reader, readTargets(reader), null);
      stop = reader.word();
      if (stop === 'using' || stop === ';') continue;
      endStatement(reader);
      return ';';
    }
    if (stop === 'using' || stop === ',') {
      reader.at++;
      stop = reader.read('expression', {
        stops: [',', ...ends.filter((w) => w !== 'using')],
        missing: until === ';' ? ';' : until.toUpperCase(),
        prefix: 'SELECT ',
      });
      continue;
    }
    if (until === ';') finish(reader, stop);
    return stop;
  }
}

/** Names between commas. @returns where they stand */
export function readTargets(reader: Reader): Span {
  const first = reader.at;
  do {
    const next = afterTarget(reader, reader.at);
    if (next < 0) {
      reader.structureProblem('The name of a variable is missing here.', Math.min(reader.at, reader.tokens.length - 1));
      break;
    }
    reader.at = next;
  } while (reader.accept(','));
  return { start: reader.startOf(first), end: reader.endBefore(reader.at) };
}

/** @param source the query that the rows come from, where there is one */
export function putRowsInto(reader: Reader, targets: Span, source: BodyStatement | null): void {
  const { tokens } = reader;
  if (targets.end <= targets.start) return;
  const variables = tokens.split(tokens.at(targets.start), reader.tokenAt(targets.end)).map(({ first, last }) => {
    const names: string[] = [];
    for (let i = first; i <= last && reader.wordAt(i) !== '['; i += 2) names.push(reader.nameAt(i) ?? '');
    return names;
  });
  reader.rowTargets.push({ variables, source });
}

/** EXIT and CONTINUE: `[label] [WHEN condition]` */
function readExit(reader: Reader): void {
  if (reader.word() !== 'when' && reader.nameAt(reader.at) !== null) reader.at++;
  if (reader.accept('when')) whole(reader, 'condition', 'SELECT ');
  else endStatement(reader);
}

/** `[CURRENT | STACKED] DIAGNOSTICS variable = item, …` */
function readDiagnostics(reader: Reader): void {
  if (!reader.accept('current')) reader.accept('stacked');
  if (!reader.accept('diagnostics')) {
    reader.structureProblem('DIAGNOSTICS is missing behind GET.', reader.at - 1);
    reader.skipStatement();
    return;
  }
  do {
    const sign = afterTarget(reader, reader.at);
    if (sign < 0 || !/^:?=$/.test(reader.wordAt(sign)) || reader.nameAt(sign + 1) === null) {
      reader.structureProblem(
        'GET DIAGNOSTICS takes variable = item.',
        Math.min(Math.max(sign, reader.at), reader.tokens.length - 1),
      );
      reader.skipStatement();
      return;
    }
    reader.at = sign + 2;
  } while (reader.accept(','));
  endStatement(reader);
}

/** `cursor [(arguments)]` or `cursor [[NO] SCROLL] FOR query | EXECUTE value [USING …]` */
function readOpen(reader: Reader): void {
  readTargets(reader);
  if (reader.word() === '(') readCursorArguments(reader);
  reader.accept('no');
  reader.accept('scroll');
  if (!reader.accept('for')) endStatement(reader);
  else if (reader.accept('execute')) readDynamic(reader, ['using']);
  else whole(reader, 'query', '');
}

/** Stands at `(`. They are written as those of a function: by place or by name. */
export function readCursorArguments(reader: Reader): void {
  const close = reader.closing(reader.at);
  reader.readTo('expression', Math.min(close + 1, reader.scan(reader.at + 1, [])), {
    stops: [],
    missing: ';',
    prefix: 'SELECT f',
  });
}

/** `[direction] [FROM | IN] cursor [INTO targets]` */
function readFetch(reader: Reader): void {
  const end = reader.scan(reader.at, ['into']);
  if (end === reader.at) reader.structureProblem('The name of a cursor is missing here.', reader.at);
  for (let i = reader.at + 1; i < end; i++) {
    if (!reader.beginsLine(i) || !(beginsStatement(reader, i) || isAssignment(reader, i))) continue;
    reader.missing(';', i - 1, 'before the next statement');
    reader.at = i;
    return;
  }
  reader.at = end;
  if (reader.accept('into')) putRowsInto(reader, readTargets(reader), null);
  endStatement(reader);
}

function readClose(reader: Reader): void {
  if (reader.nameAt(reader.at) === null)
    reader.structureProblem('The name of a cursor is missing here.', reader.at - 1);
  else readTargets(reader);
  endStatement(reader);
}

/** `[WORK | TRANSACTION] [AND [NO] CHAIN]` */
function readTransactionEnd(reader: Reader): void {
  if (reader.accept('and')) {
    reader.accept('no');
    if (!reader.accept('chain')) reader.structureProblem('CHAIN is missing behind AND.', reader.at - 1);
  }
  endStatement(reader);
}

/** SQL that stands by itself. INTO and its targets are PL/pgSQL's, wherever they stand. */
function readSqlStatement(reader: Reader): void {
  const first = reader.at;
  const firstWord = reader.word();
  const end = endOfSql(reader, first);
  const blanks: Span[] = [];
  const given: Span[] = [];
  for (let i = first + 1; i < end; i++) {
    if (reader.tokens.word(i) !== 'into') continue;
    if (/^(?:insert|merge)$/.test(reader.tokens.word(i - 1)) || firstWord === 'import') continue;
    const start = reader.startOf(i);
    reader.at = i + 1;
    reader.accept('strict');
    const problems = reader.problems.length;
    const targets = readTargets(reader);
    if (reader.problems.length > problems) {
      reader.at = end;
      reader.accept(';');
      return;
    }
    blanks.push({ start, end: Math.max(targets.end, start + 4) });
    given.push(targets);
    i = reader.at - 1;
  }
  reader.at = first;
  finish(reader, reader.readTo('statement', end, { stops: [], missing: ';', prefix: '', blanks }));
  const source = reader.statements.findLast((piece) => piece.start === reader.startOf(first)) ?? null;
  for (const targets of given) putRowsInto(reader, targets, source);
}

/** The `;` that ends it: those in the parentheses of CREATE RULE and in BEGIN ATOMIC … END do not. */
function endOfSql(reader: Reader, first: number): number {
  if (reader.wordAt(first) !== 'create') return reader.scan(first, []);
  const rule = reader.tokens.find(['rule'], first, first + 4) >= 0;
  let depth = 0;
  let atomic = 0;
  for (let i = first; i < reader.tokens.length; i++) {
    const w = reader.tokens.word(i);
    if (w === '(') depth++;
    else if (w === ')') depth--;
    else if (w === 'atomic' && reader.tokens.word(i - 1) === 'begin') atomic++;
    else if (w === 'case' && atomic > 0) atomic++;
    else if (w === 'end' && atomic > 0) atomic--;
    else if (w === ';' && atomic === 0 && !(rule && depth > 0)) return i;
  }
  return reader.tokens.length;
}
