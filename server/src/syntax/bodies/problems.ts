/** What is wrong in the bodies of a statement. */
import { Lexer } from '../../text/lexer.ts';
import { applyEdits } from '../errors/edits.ts';
import { explainSyntaxError, type Mend, type Mistake } from '../errors/index.ts';
import type { Parser } from '../parser.ts';
import { SqlText } from '../sqlText.ts';
import type { Statement } from '../statement.ts';
import type { Span } from '../tokens.ts';
import { type Body, bodiesOf } from './body.ts';
import { dynamicSql } from './dynamicSql.ts';
import { type Extract, editIn, mistakeIn, spanIn } from './inStatement.ts';
import type { BodyProblem, PlpgsqlBody, Scope } from './plpgsql/plpgsqlBody.ts';
import { plpgsqlBodyOf, remember, sqlTextOf } from './read.ts';
import { ValueParser } from './valueParser.ts';
import { placeOf, verdictOn } from './verdict.ts';

const known = new WeakMap<Statement, readonly Mistake[]>();

/** Why a piece of SQL is wrong is asked for so many pieces of a body; behind them, Postgres's own words must do. */
const maxExplained = 10;

/** UTF-16 units; a fix in a larger statement would take too long to be tried. */
const maxMended = 40_000;

/**
 * Syntax errors in the bodies of functions, procedures and DO blocks, in the order of the text, as offsets into the
 * statement's text. Postgres's own parser has the last word: what it accepts has no problem.
 */
export function bodyProblems(statement: Statement, parser: Parser): readonly Mistake[] {
  const bodies = bodiesOf(statement);
  if (bodies.length === 0) return [];
  return remember(known, statement, () =>
    bodies
      .filter((body) => !isTemplate(body.text))
      .flatMap((body) => new BodyReview(body, statement, parser).problems())
      .map((mistake, _, all) => ({
        ...mistake,
        message: asSentence(mistake.message),
        fixes: mistake.fixes.filter((fix) => helps(fix, statement, all.length, parser)),
      }))
      .sort((a, b) => a.span.start - b.span.start),
  );
}

/** Its first line: what a message quotes may go on over many lines. */
const asSentence = (message: string): string => {
  const line = message.split(/\r?\n/, 1)[0] as string;
  return line.slice(0, 1).toUpperCase() + line.slice(1);
};

/** Something fills it in later, and only then it is SQL. */
function isTemplate(text: string): boolean {
  if (!/\{\{|\{%|\$\{|%[(s]/.test(text)) return false;
  const lexer = new Lexer(text);
  for (let token = lexer.next(); token; token = lexer.next())
    if (token.kind === 'placeholder' && text[token.start] !== ':') return true;
  return false;
}

/** Whether fewer problems are left once the fix is made. In a large body nobody waits for the answer: it is not offered. */
function helps(fix: Mend, statement: Statement, problems: number, parser: Parser): boolean {
  if (problems > maxExplained || statement.text.length > maxMended) return false;
  const mended = SqlText.of(applyEdits(statement.text, fix.edits), parser).statements[0];
  const body = mended ? bodiesOf(mended)[0] : undefined;
  return mended !== undefined && body !== undefined && new BodyReview(body, mended, parser).count() < problems;
}

class BodyReview {
  readonly #body: Body;
  readonly #statement: Statement;
  readonly #parser: Parser;
  #explained = 0;

  constructor(body: Body, statement: Statement, parser: Parser) {
    this.#body = body;
    this.#statement = statement;
    this.#parser = parser;
  }

  problems(): Mistake[] {
    return this.#body.language === 'sql' ? this.#inSql() : this.#inPlpgsql();
  }

  /** How many problems there are, without asking why. */
  count(): number {
    this.#explained = maxExplained;
    return this.problems().length;
  }

  #inSql(): Mistake[] {
    const { statements, starts } = sqlTextOf(this.#body, this.#parser);
    return statements.flatMap(({ parsed, text, bodyStart, bodyEnd }, i) => {
      if (parsed.kind !== 'error') return [];
      const start = starts[i] as number;
      const extract = { sql: text, from: 0, toBody: (offset: number) => offset + start };
      return [this.#explain(extract, { start: bodyStart, end: bodyEnd }, parsed.problem, null)];
    });
  }

  #inPlpgsql(): Mistake[] {
    const body = this.#body;
    const verdict = verdictOn(body, this.#statement, this.#parser);
    // these two Postgres does not judge, or not here
    if (verdict.kind === 'accepted' && !/\bexecute\b|\breturn\s*;/i.test(body.text)) return [];
    const read = plpgsqlBodyOf(body, this.#parser);
    const problems = this.#inDynamicSql(read);
    if (verdict.kind === 'accepted') problems.push(...this.#returnsWithoutValue(read));
    if (verdict.kind === 'accepted' || read.tooDeep) return problems;
    problems.push(...read.problems.map((problem) => this.#told(problem)));
    if (read.problems.length === 0 && verdict.kind === 'rejected' && isCertain(verdict.message, body, read)) {
      const place = placeOf(verdict.message, body, this.#statement, this.#parser);
      problems.push({ span: spanIn(body, place), message: verdict.message, help: '', fixes: [] });
    }
    return problems;
  }

  #told(problem: BodyProblem): Mistake {
    if (problem.kind === 'sql' && problem.piece.parsed.kind === 'error') {
      const { sql, start, end, toBody, parsed, kind } = problem.piece;
      const extract = { sql, from: sql.length - (end - start), toBody };
      const place = { start: 0, end: sql.length };
      if (kind !== 'expression' && kind !== 'condition') return this.#explain(extract, place, parsed, problem);
      // what was made a SELECT to be parsed is no statement to its author
      const mistake = this.#explain(extract, place, parsed, problem, new ValueParser(this.#parser));
      return { ...mistake, message: mistake.message.replace(/^The statement\b/, `The ${kind}`) };
    }
    const { message } = problem;
    const mend = problem.kind === 'structure' ? problem.mend : null;
    const { text } = this.#body;
    const edit = mend && editIn(this.#body, this.#statement, { sql: text, from: 0, toBody: (o) => o }, mend);
    const fixes = mend && edit ? [{ title: mend.title, edits: [edit], safe: true }] : [];
    return { span: spanIn(this.#body, problem), message, help: '', fixes };
  }

  /** @param place in the body, where the explanation cannot tell one */
  #explain(
    extract: Extract,
    sql: Span,
    error: { offset: number; message: string },
    place: Span | null,
    parser = this.#parser,
  ): Mistake {
    const { message } = error;
    if (this.#explained++ < maxExplained) {
      const text = `${extract.sql.slice(0, sql.end)};`;
      const mistake = explainSyntaxError(text, sql.start, sql.end, error, parser);
      const told = mistakeIn(this.#body, this.#statement, extract, mistake);
      if (told) return told;
    }
    const at = extract.toBody(error.offset);
    return { span: spanIn(this.#body, place ?? { start: at, end: at + 1 }), message, help: '', fixes: [] };
  }

  #inDynamicSql(read: PlpgsqlBody): Mistake[] {
    return read.dynamic.flatMap(({ start, end }) => {
      const dynamic = dynamicSql(this.#body.text, start, end);
      if (!dynamic || dynamic.guessed) return [];
      const outcome = this.#parser.parse(dynamic.sql);
      if (outcome.kind !== 'error') return [];
      const mistake = this.#explain({ ...dynamic, from: 0 }, { start: 0, end: dynamic.sql.length }, outcome, null);
      // a quote or a percent sign would have to be written as two, and once more for the body
      const plain = mistake.fixes.filter((fix) => fix.edits.every((edit) => !/['\\%$]/.test(edit.newText)));
      return [{ ...mistake, fixes: plain }];
    });
  }

  /** Postgres wants a value where a function returns one, which libpg_query takes for void. */
  #returnsWithoutValue({ bareReturns }: PlpgsqlBody): Mistake[] {
    const { kind, returns, returnsSet, arguments: given } = this.#body.routine;
    const type = returns?.at(-1);
    if (kind !== 'function' || type === undefined || /^(?:void|event_trigger)$/.test(type) || returnsSet) return [];
    if (given.some((a) => a.mode === 'out' || a.mode === 'inout' || a.mode === 'table')) return [];
    return bareReturns.map((span) => ({
      span: spanIn(this.#body, span),
      message: 'A value is missing: the function returns one.',
      help: '',
      fixes: [],
    }));
  }
}

/** Rejections that need no catalog to be true. Types are unknown to that parser, so it takes some rows for scalars. */
const certain = [
  /^(?:syntax error|missing |mismatched |unexpected end|unterminated |incomplete |invalid |unrecognized |duplicate )/,
  /^(?:trailing junk|zero-length|INTO specified|expected FROM|too (?:few|many) parameters|cannot specify REVERSE)/,
  /^(?:EXIT|CONTINUE|RETURN|cannot use RETURN|there is no label|block label|end label|diagnostics item) /,
  /^variable "[^"]+" (?:is declared CONSTANT|must have a default)/,
  /^(?:value for parameter|not enough arguments for cursor|too many arguments for cursor) /,
];

function isCertain(message: string, body: Body, read: PlpgsqlBody): boolean {
  const unknown = /^"([^"]+)" is not a known variable$/.exec(message)?.[1];
  if (unknown === undefined) return certain.some((pattern) => pattern.test(message));
  // it does not declare the variables of triggers
  if (unknown.includes('.') || /^tg_/.test(unknown)) return false;
  return read.scope !== null && !isDeclared(unknown, body, read.scope);
}

function isDeclared(name: string, body: Body, scope: Scope): boolean {
  const declares = (s: Scope): boolean => s.variables.some((v) => v.name === name) || s.scopes.some(declares);
  return body.routine.arguments.some((a) => a.name === name) || declares(scope);
}
