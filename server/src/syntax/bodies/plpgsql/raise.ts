/** RAISE, whose parts are PL/pgSQL's own. */
import { stringValue } from '../stringValue.ts';
import { beginsStatement, isAssignment } from './beginners.ts';
import { endStatement, finish } from './ending.ts';
import { anotherStatement, type Reader, type Stop } from './reader.ts';

const levels = /^(?:debug|log|info|notice|warning|exception)$/;
const options = /^(?:errcode|message|detail|hint|column|constraint|datatype|table|schema)$/;

/** `[level] 'format', values | condition | SQLSTATE 'code'  [USING option = value, …]` */
export function readRaise(reader: Reader): void {
  if (reader.accept(';')) return;
  // a level behind which nothing follows is the name of a condition to Postgres
  if (levels.test(reader.word())) reader.at++;
  const format = stringValue(reader.text, reader.tokens.all, reader.at);
  let stop: Stop = reader.word();
  if (format) {
    const place = reader.at;
    const problems = reader.problems.length;
    while (reader.startOf(reader.at) < format.end) reader.at++;
    const given = readValues(reader);
    stop = given.stop;
    const wanted = format.text.replaceAll('%%', '').split('%').length - 1;
    if (given.count !== wanted && (stop === ';' || stop === 'using') && reader.problems.length === problems)
      reader.structureProblem(
        `RAISE has ${count(given.count, 'value')} for ${count(wanted, 'placeholder')} (%) in its format.`,
        place,
      );
  } else if (reader.word() === 'sqlstate') {
    reader.at = Math.min(reader.at + 2, reader.tokens.length);
    stop = reader.word();
  } else if (reader.word() !== 'using' && reader.nameAt(reader.at) !== null) {
    if ((beginsStatement(reader, reader.at) && reader.beginsLine(reader.at)) || isAssignment(reader, reader.at)) {
      endStatement(reader);
      return;
    }
    reader.at++;
    stop = reader.word();
  }
  if (stop === 'using') {
    reader.at++;
    readOptions(reader);
  } else finish(reader, stop);
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

function readValues(reader: Reader): { count: number; stop: Stop } {
  let count = 0;
  while (reader.accept(',')) {
    const stop = reader.read('expression', { stops: [',', 'using'], missing: ';', prefix: 'SELECT ' });
    count++;
    if (stop === anotherStatement) return { count, stop };
  }
  return { count, stop: reader.word() };
}

function readOptions(reader: Reader): void {
  for (;;) {
    if (!options.test(reader.word())) {
      reader.structureProblem(
        'Not an option of RAISE: it takes ERRCODE, MESSAGE, DETAIL, HINT, COLUMN, CONSTRAINT, DATATYPE, TABLE and SCHEMA.',
        reader.at,
      );
      reader.skipStatement();
      return;
    }
    reader.at++;
    if (!reader.accept('=') && !reader.accept(':=')) {
      reader.missing('=', reader.at - 1, 'behind an option of RAISE');
      reader.skipStatement();
      return;
    }
    const stop = reader.read('expression', { stops: [','], missing: ';', prefix: 'SELECT ' });
    if (stop !== ',') {
      finish(reader, stop);
      return;
    }
    reader.at++;
  }
}
