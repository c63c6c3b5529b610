/**
 * Wherever a file names a table or a column that the files know, completion offers that name: with the rest of the statement
 * behind the cursor, and with nothing behind it, as when it is typed.
 */
import assert from 'node:assert/strict';
import type { TextEdit } from 'vscode-languageserver-types';
import { Reviewer } from '../../server/src/document.ts';
import { LanguageService } from '../../server/src/languageService.ts';
import { sqlSource } from '../../server/src/sources/sql/sqlSource.ts';
import { nameOf } from '../../server/src/symbols/collector.ts';
import { namesIn } from '../../server/src/symbols/namesIn.ts';
import { Statement } from '../../server/src/syntax/statement.ts';
import { Text } from '../../server/src/text/text.ts';
import { type CorpusFile, ownCorpus, randomNumbers, regressionCorpus } from '../harness/corpus.ts';
import { filesInMemory } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

const uri = 'file:///project/corpus.sql';

interface Place {
  readonly start: number;
  readonly end: number;
  /** Of the statement that it stands in. */
  readonly statementEnd: number;
}

/** Names of tables and columns that were there before the statement. */
function placesIn(text: string): Place[] {
  const reviewer = new Reviewer(() => ({ targetVersion: 18, takesFollowUps: false }));
  const pieces = sqlSource.read(uri, Text.of(text), parser);
  reviewer.update([{ uri, pieces, reviewed: true }]);
  return pieces.flatMap((piece) =>
    piece.sql.statements.flatMap((statement, i) => {
      assert.ok(statement instanceof Statement);
      const place = reviewer.placeOf(0, piece, i);
      const before = reviewer.schemaAt(place);
      const start = piece.map.toFile(piece.sql.starts[i] as number);
      return namesIn(statement, { before, after: reviewer.schemaAt(place + 1) }).flatMap(({ symbol, span, alias }) => {
        const isKnown =
          symbol.kind === 'column'
            ? before.relation(symbol.table)?.columns.some((c) => c.name === symbol.name)
            : symbol.kind === 'relation' && before.relation(symbol.key) !== undefined;
        return isKnown && !alias && !isNew(statement.text, span.start, symbol.kind)
          ? [{ start: start + span.start, end: start + span.end, statementEnd: start + statement.bodyEnd }]
          : [];
      });
    }),
  );
}

/** A name that the statement gives: there is nothing to be offered. */
function isNew(text: string, at: number, kind: string): boolean {
  const before = text.slice(0, at);
  const definition = text.replace(/^(?:\s|--[^\n]*\n)+/, '');
  if (
    /\b(?:add|add\s+column|as|index|table|view|trigger|concurrently|exists|to)\s+$/i.test(before) &&
    !/^(?:drop|alter)\b.*\b(?:table|index|view|exists)\s+$/is.test(
      definition.slice(0, definition.length - (text.length - at)),
    )
  )
    return true;
  return kind === 'column' && /^create\s+(?:\w+\s+)?table\b/i.test(definition) && /[(,]\s*$/.test(before);
}

interface Result {
  asked: number;
  readonly missed: string[];
  readonly times: number[];
}

/** @param share of the places that are tried */
function tryFile({ name, text }: CorpusFile, share: number, result: Result): void {
  const random = randomNumbers(text.length);
  const service = new LanguageService(parser, filesInMemory({}));
  for (const { start, end, statementEnd } of placesIn(text)) {
    if (random() > share) continue;
    const wanted = nameOf(text.slice(start, end));
    for (const to of [end, statementEnd]) {
      service.open(uri, 'sql', 1, text.slice(0, start) + text.slice(to));
      const before = text.slice(0, start).split('\n');
      const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
      const began = performance.now();
      const items = service.completion(uri, position)?.items ?? [];
      result.times.push(performance.now() - began);
      result.asked++;
      const offered = items.map((item) => (item.textEdit as TextEdit).newText);
      if (offered.some((sql) => nameOf(sql.slice(sql.lastIndexOf('.') + 1)) === wanted)) continue;
      const line = `${before.slice(-2).join(' ').slice(-90)}‸${text.slice(to, to + 30).split('\n')[0]}`;
      result.missed.push(`${name}: ${wanted}: ${line}`);
    }
    service.close(uri);
  }
}

function measure(corpus: readonly CorpusFile[], share: number): Result {
  const result: Result = { asked: 0, missed: [], times: [] };
  for (const file of corpus) tryFile(file, share, result);
  return result;
}

describe('Completion offers the names that files use', () => {
  it('in the examples, the fixtures of rules and the snippets', function () {
    this.timeout(120_000);
    const { asked, missed } = measure(ownCorpus, 0.3);
    assert.ok(asked > 1000, `${asked} places`);
    if (process.env.PGREVIEW_SHOW) console.log(`${missed.length} of ${asked}\n${missed.join('\n')}`);
    assert.ok(
      missed.length / asked < 0.03,
      `${missed.length} of ${asked} are not offered:\n${missed.slice(0, 30).join('\n')}`,
    );
  });

  it('in the regression suite of Postgres', function () {
    if (!regressionCorpus) this.skip();
    this.timeout(600_000);
    const { asked, missed, times } = measure(regressionCorpus, 0.02);
    times.sort((a, b) => a - b);
    console.log(`${asked} places, ${missed.length} missed, median ${times[times.length >> 1]} ms`);
    if (process.env.PGREVIEW_SHOW) console.log(missed.join('\n'));
    assert.ok(missed.length / asked < 0.06, `${missed.length} of ${asked}`);
  });
});
