import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Range } from 'vscode-languageserver-types';
import { serverDatabase } from '../../../server/src/database/server/serverDatabase.ts';
import { ExplainService, type ExplainServiceOptions } from '../../../server/src/explain/explainService.ts';
import type { ExplainSubject } from '../../../server/src/explain/subject.ts';
import type { ExplainParams, ExplainResult, PlanReport, QueryParameter } from '../../../server/src/protocol.ts';
import { createParser, type Parser } from '../../../server/src/syntax/parser.ts';
import { embeddedFiles } from './embedded.ts';

const require = createRequire(import.meta.url);

export async function testParser(): Promise<Parser> {
  return createParser(await readFile(require.resolve('libpg-query/wasm/libpg-query.wasm')));
}

/** The service as the language server makes it, with the embedded Postgres from its sources. Dispose it. */
export async function explainService(options: Partial<ExplainServiceOptions> = {}): Promise<ExplainService> {
  return new ExplainService({
    parser: await testParser(),
    openServer: serverDatabase,
    ...(await embeddedFiles()),
    ...options,
  });
}

/** What stands before the statement in its file: on its line and outside of ASCII, so that every unit of offset differs. */
const before = '/* ü👍 */ ';

/** A statement in a file of its own; the steps before it come from `m.sql`, a line each. */
export function subjectOf(sql: string, schema: readonly string[] = [], names: readonly string[] = []): ExplainSubject {
  const parameters: QueryParameter[] = names.map((name) => ({ name, text: `$${name}` }));
  const toRange = (start: number, end: number): Range => ({ start: place(sql, start), end: place(sql, end) });
  return {
    uri: 'file:///project/queries.sql',
    sql,
    parameters,
    range: toRange(0, sql.length),
    toRange,
    schema: schema.map((step, i) => ({ sql: step, origin: `m.sql:${i + 1}` })),
  };
}

function place(sql: string, offset: number) {
  const lines = (before + sql.slice(0, offset)).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

/** The text of the file that a range covers. */
export function textAt(sql: string, range: Range | null | undefined): string | null {
  if (!range) return null;
  const lines = (before + sql).split('\n');
  const offset = ({ line, character }: Range['start']) =>
    lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0) + character;
  return (before + sql).slice(offset(range.start), offset(range.end));
}

export function paramsFor(target: ExplainParams['target'], more: Partial<ExplainParams> = {}): ExplainParams {
  const start = { line: 0, character: 0 };
  return {
    textDocument: { uri: 'file:///project/queries.sql' },
    range: { start, end: start },
    analyze: false,
    target,
    ...more,
  };
}

/** @throws when it is anything else */
export function planOf(result: ExplainResult): PlanReport {
  if (result.kind !== 'plan') throw new Error(`not a plan: ${JSON.stringify(result)}`);
  return result.report;
}

/** @throws when it is anything else */
export function errorOf(result: ExplainResult): Extract<ExplainResult, { kind: 'error' }> {
  if (result.kind !== 'error') throw new Error(`not an error: ${JSON.stringify(result).slice(0, 300)}`);
  return result;
}
