/**
 * SQL in TypeScript and JavaScript: what Prisma's `$queryRaw` and its kin, and the `sql` tags of libraries for Postgres, are
 * given. `${…}` is a parameter, or a piece of SQL where the file shows it; where it may be either, nothing is claimed that
 * hangs on it.
 */
import type { Tree } from '@lezer/common';
import type { Parser } from '../../syntax/parser.ts';
import { SqlText } from '../../syntax/sqlText.ts';
import { insideOf, nodesIn } from '../../syntax/walk.ts';
import { tokenize } from '../../text/lexer.ts';
import { type Beside, nothingBeside } from '../../tools/tool.ts';
import { stringMap } from '../alembic/generatedMap.ts';
import type { Mapped } from '../alembic/mapped.ts';
import { type Host, type Piece, plainMap } from '../piece.ts';
import { mayBeForOther } from '../prisma/datasources.ts';
import type { Source } from '../source.ts';
import { mayHoldSql, queriesIn, type WrittenQuery } from './queries.ts';
import { type PutIn, templateSql } from './templateSql.ts';
import { fragmentsOf, type TypescriptFile, typescriptFile } from './typescriptFile.ts';

const languages = new Set(['typescript', 'typescriptreact', 'javascript', 'javascriptreact']);

export const typescriptSource: Source = {
  id: 'typescript',
  handles: (uri, languageId) => languages.has(languageId) || /\.[cm]?[jt]sx?$/i.test(uri),
  read: (uri, text, parser, beside = nothingBeside) =>
    mayHoldSql(text.toString()) ? piecesOf({ uri, beside }, text.toString(), parser, nothing, []) : nothing,
  edit(uri, pieces, edit, text, parser, beside = nothingBeside) {
    const whole = text.toString();
    if (!mayHoldSql(whole)) return nothing;
    const tree = trees.get(pieces);
    const isSame = tree && tree.length + edit.inserted.length - (edit.to - edit.from) === whole.length;
    return piecesOf({ uri, beside }, whole, parser, pieces, isSame ? fragmentsOf(tree, edit) : []);
  },
};

const nothing: readonly Piece[] = [];

/** The tree that each row of pieces was read from: after an edit the rest of it is taken over. */
const trees = new WeakMap<readonly Piece[], Tree>();

/** A template whose values a driver sends beside the statement, as it reaches the database. */
export interface SqlTemplate {
  /** With `$1`, `$2` … where something is put in. */
  readonly sql: string;
  readonly interpolations: readonly PutIn[];
  readonly host: Host;
}

export interface SqlTemplates {
  /** The file's. */
  readonly text: string;
  readonly all: readonly SqlTemplate[];
}

/** Of the file that these pieces were read from; null where there are none with values. */
export const templatesOf = (pieces: readonly Piece[]): SqlTemplates | null => templates.get(pieces) ?? null;

const templates = new WeakMap<readonly Piece[], SqlTemplates>();

/** @param known the pieces before an edit: SQL that is the same stays the same object */
function piecesOf(
  { uri, beside }: { readonly uri: string; readonly beside: Beside },
  text: string,
  parser: Parser,
  known: readonly Piece[],
  fragments: Parameters<typeof typescriptFile>[2],
): readonly Piece[] {
  const file = typescriptFile(uri, text, fragments);
  const read = sqlTexts(parser, known);
  const fileComments = (text.match(/\/[/*][^\n]*pgreview-ignore-file[^\n]*/g) ?? []).join('\n');
  const isOther = mayBeForOther(uri, beside);
  const isInDoubt = isPast.test(uri) || asksForNames.test(text);
  const certain: Piece[] = [];
  const uncertain: Piece[] = [];
  const withValues: SqlTemplate[] = [];
  for (const query of queriesIn(file)) {
    const { sql, mapped, isCertain, plain, values } = sqlOf(query, file, read);
    const host = hostOf(query, file, fileComments);
    if (!isOther && query.parameters && values.interpolations.length > 0) withValues.push({ ...values, host });
    const piece: Piece = {
      sql,
      map: stringMap(mapped, encoder(query, file.text, plain)),
      wrapping: 'unknown',
      declared: true,
      begins: true,
      downFrom: sql.length,
      reviewed: !isOther && isQuery(sql) && (isCertain || hasMistake(sql)),
      conditional: false,
      uncertain: false,
      host,
    };
    (isCertain && !isInDoubt ? certain : uncertain).push(piece);
  }
  // behind this piece nothing is certain about the schema: their names may stand for what the file does not show
  const pieces = uncertain.length > 0 ? [...certain, doubtful(read), ...uncertain] : certain;
  trees.set(pieces, file.tree);
  if (withValues.length > 0) templates.set(pieces, { text, all: withValues });
  return pieces;
}

/** Texts that were read before stay the same objects, each used once. */
function sqlTexts(parser: Parser, known: readonly Piece[]): (text: string) => SqlText {
  const before = new Map<string, SqlText[]>();
  for (const { sql } of known) {
    const text = sql.slice(0, sql.length);
    const same = before.get(text);
    if (same) same.push(sql);
    else before.set(text, [sql]);
  }
  return (text) => before.get(text)?.shift() ?? SqlText.of(text, parser);
}

/** Who asks Postgres which tables and columns there are uses those that are. */
const asksForNames = /\binformation_schema\s*\.\s*(?:columns|tables)\b|\bto_regclass\s*\(|\bpg_attribute\b/i;

/** Scripts that ran when the schema was another. */
const isPast = /\/[^/]*migrations?\//i;

/**
 * As values where that makes statements; otherwise as a template, of which nothing is claimed behind the first doubt.
 * `isCertain`: what stands in place of values brings no tables with it.
 */
function sqlOf(
  query: WrittenQuery,
  file: TypescriptFile,
  read: (sql: string) => SqlText,
): { sql: SqlText; mapped: Mapped; isCertain: boolean; plain: boolean; values: Omit<SqlTemplate, 'host'> } {
  const { asValues, asTemplate, unknown, plain, interpolations } = templateSql(query, file);
  const sql = read(asValues.text);
  const values = { sql: asValues.text, interpolations };
  if (unknown.size === 0) return { sql, mapped: asValues, isCertain: true, plain, values };
  if (sql.statements.every(({ parsed }) => parsed.kind === 'tree' || parsed.kind === 'none'))
    return {
      sql,
      mapped: asValues,
      isCertain: !mayJoin(sql, unknown) && !inQuotes(asValues.text, unknown),
      plain,
      values,
    };
  return { sql: read(asTemplate.text), mapped: asTemplate, isCertain: false, plain, values };
}

/** Whether one of these parameters stands in a join's condition: SQL there could go on with another join. */
function mayJoin(sql: SqlText, unknown: ReadonlySet<number>): boolean {
  return sql.statements.some(
    ({ parsed }) =>
      parsed.kind === 'tree' &&
      nodesIn(insideOf(parsed.node), 'JoinExpr').some(
        ({ quals }) => quals && nodesIn(quals, 'ParamRef').some(({ number }) => unknown.has(number ?? 0)),
      ),
  );
}

/** Whether one of these stands in a quoted name or a string: it is part of that, and no parameter. */
function inQuotes(sql: string, unknown: ReadonlySet<number>): boolean {
  return tokenize(sql).some(
    ({ kind, start, end }) =>
      (kind === 'identifier' || kind === 'string' || kind === 'dollar') &&
      [...sql.slice(start, end).matchAll(/\$(\d+)/g)].some(([, number]) => unknown.has(Number(number))),
  );
}

/** One in front of the first thing that may be SQL: that is the author's own. */
const hasMistake = (sql: SqlText): boolean => sql.statements.some(({ parsed }) => parsed.kind === 'error');

/** What defines something is a test's or a script's: when it runs is not known. */
const isQuery = (sql: SqlText): boolean =>
  sql.statements.every(
    ({ parsed }) =>
      parsed.kind !== 'tree' || /^(?:Select|Insert|Update|Delete|Merge)Stmt$/.test(Object.keys(parsed.node)[0] ?? ''),
  );

const doubtful = (read: (sql: string) => SqlText): Piece => ({
  sql: read(''),
  map: plainMap(0),
  wrapping: 'unknown',
  declared: true,
  begins: true,
  downFrom: 0,
  reviewed: false,
  conditional: true,
  uncertain: true,
  host: null,
});

/** How SQL is written in the literal. Where something is put in, only words are: an edit could take it out. */
function encoder({ literal }: WrittenQuery, text: string, plain: boolean): (sql: string) => string | null {
  const quote = text[literal.from] ?? '`';
  return (sql) => {
    if (!plain && !/^\s*[\w". ]*$/.test(sql)) return null;
    if (quote === '`') return sql.replace(/[\\`]|\$(?=\{)/g, '\\$&');
    return sql.replace(/[\\'"]/g, (c) => (c === '\\' || c === quote ? `\\${c}` : c)).replace(/\n/g, '\\n');
  };
}

/** The comment lines right above the statement that the query stands in. */
function hostOf({ call }: WrittenQuery, { text }: TypescriptFile, fileComments: string): Host {
  let statement = call;
  while (statement.parent && !/^(?:Script|Block|ClassBody|SwitchBody)$/.test(statement.parent.name))
    statement = statement.parent;
  const lineStart = text.lastIndexOf('\n', statement.from - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, statement.from))?.[0] ?? '';
  const comments: string[] = [];
  for (let end = lineStart; end > 0; ) {
    const start = text.lastIndexOf('\n', end - 2) + 1;
    const line = text.slice(start, end).trim();
    if (!/^(?:\/\/|\/\*|\*)/.test(line)) break;
    comments.unshift(line);
    end = start;
  }
  return {
    call: { start: call.from, end: call.to },
    comments: comments.join('\n'),
    fileComments,
    commentAt: lineStart,
    commentStart: `${indent}// `,
  };
}
