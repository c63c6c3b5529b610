/** What is wrong in the bodies of a statement, and the SQL that they run. */
import type { Node } from '@pgsql/types';
import { Lexer } from '../../text/lexer.ts';
import type { Parser } from '../parser.ts';
import { SqlText } from '../sqlText.ts';
import type { Statement } from '../statement.ts';
import { type Span, Tokens } from '../tokens.ts';
import { type Body, bodiesOf } from './body.ts';
import { type DynamicSql, dynamicSql } from './dynamicSql.ts';
import { readPlpgsqlBody } from './plpgsql/blocks.ts';
import type { EmbeddedKind, PlpgsqlBody, Scope } from './plpgsql/plpgsqlBody.ts';
import { placeOf, verdictOn } from './verdict.ts';

export interface BodyProblem {
  /** UTF-16 offsets into the statement's text. */
  readonly span: Span;
  readonly message: string;
}

export interface EmbeddedStatement {
  /** The text that the node's locations count in. */
  readonly sql: string;
  readonly node: Node;
  /** dynamic: a constant, or the template of a format(), that EXECUTE runs. */
  readonly kind: EmbeddedKind | 'dynamic';
  /** True when a `%s` of format() stood in it: the node is what it would be with a name in that place. */
  readonly guessed: boolean;
  /** UTF-16 offset in `sql` → offset in the statement's text. */
  toStatement(offset: number): number;
}

const knownProblems = new WeakMap<Statement, readonly BodyProblem[]>();
const knownStatements = new WeakMap<Statement, readonly EmbeddedStatement[]>();
const knownBlocks = new WeakMap<Body, PlpgsqlBody>();
const knownTexts = new WeakMap<Body, SqlText>();

/** The blocks, variables and SQL of a PL/pgSQL body. */
export function plpgsqlBodyOf(body: Body, parser: Parser): PlpgsqlBody {
  return remember(knownBlocks, body, () => readPlpgsqlBody(body.text, parser));
}

/**
 * Syntax errors in the bodies of functions, procedures and DO blocks, in the order of the text. Postgres's own parser has
 * the last word: what it accepts has no problem.
 */
export function bodyProblems(statement: Statement, parser: Parser): readonly BodyProblem[] {
  const bodies = bodiesOf(statement);
  if (bodies.length === 0) return [];
  return remember(knownProblems, statement, () =>
    bodies
      .filter((body) => !isTemplate(body.text))
      .flatMap((body) =>
        body.language === 'sql' ? sqlProblems(body, parser) : plpgsqlProblems(body, statement, parser),
      )
      // the words that a message quotes may go on over many lines
      .map(({ span, message }) => ({ span, message: message.split(/\r?\n/, 1)[0] as string }))
      .sort((a, b) => a.span.start - b.span.start),
  );
}

/**
 * The SQL inside a statement: of PL/pgSQL bodies (with its expressions, each as a SELECT), of SQL bodies in both forms,
 * and of EXECUTE where its text is written there. What does not parse is left out.
 */
export function embeddedStatements(statement: Statement, parser: Parser): readonly EmbeddedStatement[] {
  if (statement.parsed.kind !== 'tree') return [];
  const { node } = statement.parsed;
  const bodies = bodiesOf(statement);
  if (bodies.length === 0 && !('CreateFunctionStmt' in node && node.CreateFunctionStmt.sql_body)) return [];
  return remember(knownStatements, statement, () => [
    ...atomicStatements(statement, node),
    ...bodies.flatMap((body) =>
      body.language === 'sql' ? sqlStatements(body, parser) : plpgsqlStatements(body, parser),
    ),
  ]);
}

function remember<K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
  }
  return value;
}

const spanIn = (body: Body, span: Span): Span => ({
  start: body.toStatement(span.start),
  // the last character's own place, so that an escaped character is covered whole
  end:
    span.end > span.start
      ? Math.max(body.toStatement(span.end - 1) + 1, body.toStatement(span.end))
      : body.toStatement(span.end),
});

/** Something fills it in later, and only then it is SQL. */
function isTemplate(text: string): boolean {
  if (!/\{\{|\{%|\$\{|%[(s]/.test(text)) return false;
  const lexer = new Lexer(text);
  for (let token = lexer.next(); token; token = lexer.next())
    if (token.kind === 'placeholder' && text[token.start] !== ':') return true;
  return false;
}

function plpgsqlProblems(body: Body, statement: Statement, parser: Parser): BodyProblem[] {
  const verdict = verdictOn(body, statement, parser);
  // an EXECUTE is the one thing that Postgres does not read when it creates the body
  if (verdict.kind === 'accepted' && !/\bexecute\b/i.test(body.text)) return [];
  const read = plpgsqlBodyOf(body, parser);
  const problems: BodyProblem[] = dynamicProblems(body, read, parser);
  if (verdict.kind === 'accepted' || read.tooDeep) return problems;
  for (const { message, start, end } of read.problems) problems.push({ message, span: spanIn(body, { start, end }) });
  if (read.problems.length === 0 && verdict.kind === 'rejected' && isCertain(verdict.message, body, read))
    problems.push({ message: verdict.message, span: spanIn(body, placeOf(verdict.message, body, statement, parser)) });
  return problems;
}

/** Rejections that need no catalog to be true. Types are unknown to that parser, so it takes some rows for scalars. */
const certain =
  /^(?:syntax error|missing |mismatched |unexpected end|unterminated |incomplete |invalid |unrecognized |duplicate |INTO specified|expected FROM|too (?:few|many) parameters|EXIT |CONTINUE |RETURN |cannot use RETURN|there is no label|block label|end label|trailing junk|zero-length|cannot specify REVERSE|variable "[^"]+" (?:is declared CONSTANT|must have a default)|value for parameter |not enough arguments for cursor|too many arguments for cursor)/;

function isCertain(message: string, body: Body, read: PlpgsqlBody): boolean {
  const unknown = /^"([^"]+)" is not a known variable$/.exec(message)?.[1];
  if (unknown === undefined) return certain.test(message);
  return !unknown.includes('.') && read.scope !== null && !isDeclared(unknown, body, read.scope);
}

function isDeclared(name: string, body: Body, scope: Scope): boolean {
  const declares = (s: Scope): boolean => s.variables.some((v) => v.name === name) || s.scopes.some(declares);
  return body.routine.arguments.some((a) => a.name === name) || declares(scope);
}

function dynamicProblems(body: Body, read: PlpgsqlBody, parser: Parser): BodyProblem[] {
  return read.dynamic.flatMap(({ start, end }) => {
    const dynamic = dynamicSql(body.text, start, end);
    if (!dynamic || dynamic.guessed) return [];
    const outcome = parser.parse(dynamic.sql);
    return outcome.kind === 'error'
      ? [{ message: outcome.message, span: spanIn(body, wrongToken(dynamic.sql, outcome.offset, dynamic.toBody)) }]
      : [];
  });
}

/** The token that an error points at, or the last one when it points at the end. */
function wrongToken(sql: string, offset: number, toBody: (offset: number) => number): Span {
  const tokens = new Tokens(sql, 0, sql.length);
  if (tokens.length === 0) return { start: toBody(0), end: toBody(sql.length) };
  const at = tokens.at(offset);
  const { start, end } = tokens.span(at >= 0 ? at : tokens.length - 1);
  return { start: toBody(start), end: toBody(end - 1) + 1 };
}

function sqlTextOf(body: Body, parser: Parser): SqlText {
  return remember(knownTexts, body, () => SqlText.of(body.text, parser));
}

function sqlProblems(body: Body, parser: Parser): BodyProblem[] {
  const { statements, starts } = sqlTextOf(body, parser);
  return statements.flatMap((statement, i) => {
    if (statement.parsed.kind !== 'error') return [];
    const { message, offset } = statement.parsed.problem;
    const start = starts[i] as number;
    const span = wrongToken(statement.text.slice(0, statement.bodyEnd), offset, (o) => o + start);
    return [{ message, span: spanIn(body, span) }];
  });
}

function sqlStatements(body: Body, parser: Parser): EmbeddedStatement[] {
  const { statements, starts } = sqlTextOf(body, parser);
  return statements.flatMap((statement, i) =>
    statement.parsed.kind === 'tree'
      ? [
          {
            sql: statement.text,
            node: statement.parsed.node,
            kind: 'statement' as const,
            guessed: false,
            toStatement: (offset: number) => body.toStatement(offset + (starts[i] as number)),
          },
        ]
      : [],
  );
}

function plpgsqlStatements(body: Body, parser: Parser): EmbeddedStatement[] {
  const read = plpgsqlBodyOf(body, parser);
  const found: EmbeddedStatement[] = [];
  for (const { kind, sql, parsed, toBody } of read.statements) {
    const node = parsed.kind === 'tree' ? parsed.stmts[0]?.stmt : undefined;
    if (node)
      found.push({ sql, node, kind, guessed: false, toStatement: (offset) => body.toStatement(toBody(offset)) });
  }
  for (const { start, end } of read.dynamic) {
    const dynamic = dynamicSql(body.text, start, end);
    if (dynamic) found.push(...dynamicStatements(body, dynamic, parser));
  }
  return found.sort((a, b) => a.toStatement(0) - b.toStatement(0));
}

function dynamicStatements(body: Body, dynamic: DynamicSql, parser: Parser): EmbeddedStatement[] {
  const outcome = parser.parse(dynamic.sql);
  if (outcome.kind !== 'tree') return [];
  return outcome.stmts.flatMap(({ stmt }) =>
    stmt
      ? [
          {
            sql: dynamic.sql,
            node: stmt,
            kind: 'dynamic' as const,
            guessed: dynamic.guessed,
            toStatement: (offset: number) => body.toStatement(dynamic.toBody(offset)),
          },
        ]
      : [],
  );
}

/** RETURN value, or BEGIN ATOMIC … END: these stand in the statement's own tree. */
function atomicStatements(statement: Statement, node: Node): EmbeddedStatement[] {
  const body = 'CreateFunctionStmt' in node ? node.CreateFunctionStmt.sql_body : undefined;
  const nodes = (n: Node): Node[] => ('List' in n ? (n.List.items ?? []).flatMap(nodes) : [n]);
  return (body ? nodes(body) : []).map((inner) => ({
    sql: statement.text,
    node: inner,
    kind: 'ReturnStmt' in inner ? ('expression' as const) : ('statement' as const),
    guessed: false,
    toStatement: (offset: number) => offset,
  }));
}
