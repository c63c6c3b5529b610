import type { Node } from '@pgsql/types';
import type { Parser } from '../syntax/parser.ts';
import { walk } from '../syntax/walk.ts';
import { Lexer } from '../text/lexer.ts';
import { outsideEffect } from './outsideEffects.ts';

/** A statement that EXPLAIN takes. */
export interface ExplainableStatement {
  readonly kind: 'statement';
  /** As long as the text it came from: an EXPLAIN that was written before it is blanked, so that offsets stay. */
  readonly sql: string;
  readonly node: Node;
  /** `EXPLAIN ANALYZE` was written before it. */
  readonly analyze: boolean;
  /** Whether PREPARE takes it, which parameters need. */
  readonly preparable: boolean;
  /** Why running it is more than reading, as clauses for the user; empty when it only reads. */
  readonly effects: readonly string[];
  /** The last part of each called function's name. */
  readonly calls: ReadonlySet<string>;
  /** It changes rows or makes a table: it cannot run in a READ ONLY transaction. */
  readonly writes: boolean;
}

export type StatementProblem = {
  readonly kind: 'problem';
  readonly message: string;
  /** UTF-16 offset in the sql. */
  readonly offset?: number;
};

const explainable =
  'EXPLAIN takes SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES, EXECUTE, DECLARE, CREATE TABLE AS and CREATE MATERIALIZED VIEW';

export function readStatement(sql: string, parser: Parser): ExplainableStatement | StatementProblem {
  const outcome = parser.parse(sql);
  if (outcome.kind === 'error') return { kind: 'problem', message: outcome.message, offset: outcome.offset };
  if (outcome.kind === 'refused') return { kind: 'problem', message: outcome.reason };
  if (outcome.stmts.length > 1)
    return { kind: 'problem', message: `These are ${outcome.stmts.length} statements; select one to explain it.` };
  const node = outcome.stmts[0]?.stmt;
  if (!node) return { kind: 'problem', message: 'There is no statement here to explain.' };
  if (!('ExplainStmt' in node)) return describe(sql, node, false);
  const inner = withoutExplain(sql);
  const again = parser.parse(inner);
  const innerNode = again.kind === 'tree' ? again.stmts[0]?.stmt : undefined;
  if (!innerNode) return { kind: 'problem', message: 'The statement after EXPLAIN could not be read.' };
  return describe(inner, innerNode, asksToAnalyze(node));
}

function describe(sql: string, node: Node, analyze: boolean): ExplainableStatement | StatementProblem {
  const type = Object.keys(node)[0] ?? '';
  const query = queryOf(node);
  if (!query) return { kind: 'problem', message: `${commandName(type)} cannot be explained: ${explainable}.` };
  const effects: string[] = [];
  const written = writtenBy(node);
  if (written) effects.push(written);
  const calls = calledFunctions(node);
  for (const name of calls) {
    const effect = outsideEffect(name);
    if (effect) effects.push(`${name} ${effect}`);
  }
  return {
    kind: 'statement',
    sql,
    node,
    analyze,
    preparable: query === node && type !== 'ExecuteStmt',
    effects,
    calls,
    writes: effects.length > 0,
  };
}

/** The query inside, or the statement itself; null for what EXPLAIN does not take. */
function queryOf(node: Node): Node | null {
  if ('SelectStmt' in node || 'InsertStmt' in node || 'UpdateStmt' in node || 'DeleteStmt' in node) return node;
  if ('MergeStmt' in node || 'ExecuteStmt' in node) return node;
  if ('DeclareCursorStmt' in node) return node.DeclareCursorStmt.query ?? null;
  if ('CreateTableAsStmt' in node) return node.CreateTableAsStmt.query ?? null;
  return null;
}

function writtenBy(node: Node): string | null {
  if ('InsertStmt' in node) return 'INSERT writes rows';
  if ('UpdateStmt' in node) return 'UPDATE writes rows';
  if ('DeleteStmt' in node) return 'DELETE removes rows';
  if ('MergeStmt' in node) return 'MERGE writes rows';
  if ('ExecuteStmt' in node) return 'EXECUTE runs a prepared statement, which may write';
  if ('CreateTableAsStmt' in node) return 'it creates and fills a table';
  let effect: string | null = null;
  walk(node, (type, fields) => {
    const writing = /^(Insert|Update|Delete|Merge)Stmt$/.exec(type)?.[1];
    if (writing) effect ??= `its WITH query holds ${writing.toUpperCase()}, which writes rows`;
    if (type === 'SelectStmt' && 'intoClause' in fields) effect ??= 'SELECT INTO creates and fills a table';
    if (type === 'SelectStmt' && 'lockingClause' in fields) effect ??= 'FOR UPDATE or FOR SHARE locks rows';
  });
  return effect;
}

/** The last part of each called function's name, as written (folded by the parser), once each. */
function calledFunctions(node: Node): Set<string> {
  const names = new Set<string>();
  walk(node, (type, fields) => {
    if (type !== 'FuncCall') return;
    const last = (fields as { funcname?: { String?: { sval?: string } }[] }).funcname?.at(-1)?.String?.sval;
    if (last) names.add(last);
  });
  return names;
}

function asksToAnalyze(node: Node): boolean {
  if (!('ExplainStmt' in node)) return false;
  return (node.ExplainStmt.options ?? []).some((option) => {
    if (!('DefElem' in option) || option.DefElem.defname !== 'analyze') return false;
    const value = option.DefElem.arg;
    if (!value) return true;
    return !/"(false|off|0)"|"ival":0|"ival":\{\}|"Integer":\{\}/i.test(JSON.stringify(value));
  });
}

/** Blanks `EXPLAIN`, its options and what lies between them. */
function withoutExplain(sql: string): string {
  const lexer = new Lexer(sql);
  const word = (token: { start: number; end: number } | null): string =>
    token ? sql.slice(token.start, token.end).toLowerCase() : '';
  const next = () => {
    let token = lexer.next();
    while (token?.kind === 'comment') token = lexer.next();
    return token;
  };
  next(); // EXPLAIN
  let token = next();
  if (word(token) === '(') {
    const open = token;
    const first = word(next());
    if (['(', 'select', 'with', 'values', 'table'].includes(first)) token = open;
    else {
      for (let depth = 1; depth > 0; ) {
        const inner = word(next());
        if (inner === '') break;
        if (inner === '(') depth++;
        if (inner === ')') depth--;
      }
      token = next();
    }
  } else while (['analyze', 'analyse', 'verbose'].includes(word(token))) token = next();
  const start = token?.start ?? sql.length;
  return sql.slice(0, start).replace(/[^\n\r]/g, ' ') + sql.slice(start);
}

/** `CreateStmt` → `CREATE`, `AlterTableStmt` → `ALTER TABLE`: near enough for a message. */
function commandName(type: string): string {
  const special: Record<string, string> = {
    CreateStmt: 'CREATE TABLE',
    IndexStmt: 'CREATE INDEX',
    ViewStmt: 'CREATE VIEW',
    DoStmt: 'DO',
    RenameStmt: 'RENAME',
    TransactionStmt: 'Transaction control',
    VariableSetStmt: 'SET',
    VariableShowStmt: 'SHOW',
    RefreshMatViewStmt: 'REFRESH MATERIALIZED VIEW',
  };
  return (
    special[type] ??
    type
      .replace(/Stmt$/, '')
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toUpperCase()
  );
}
