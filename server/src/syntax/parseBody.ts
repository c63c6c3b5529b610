/** Parses one statement as it stands in a file: psql's parts are blanked, placeholders and templates filled in. */
import { Lexer, type Token } from '../text/lexer.ts';
import type { Parsed } from './parsed.ts';
import type { Parser } from './parser.ts';

/**
 * @param start where the statement begins in `text`; positions in the result count from `text`'s beginning
 * @param metas psql meta-commands within it
 */
export function parseBody(text: string, start: number, end: number, metas: readonly Token[], parser: Parser): Parsed {
  let body = text.slice(start, end);
  for (const meta of metas) {
    if (meta.end > end) continue;
    body = blank(body, meta.start - start, meta.end - start);
    // psql's `\;` separates statements that are sent together
    if (text[meta.start + 1] === ';') body = `${body.slice(0, meta.end - start - 1)};${body.slice(meta.end - start)}`;
  }
  const parse = (sql: string): Parsed => {
    // spaces in front keep the tree's positions those of `text`
    const outcome = parser.parse(start > 0 ? ' '.repeat(start) + sql : sql);
    if (outcome.kind === 'refused') return { kind: 'opaque', reason: outcome.reason };
    if (outcome.kind === 'error')
      return { kind: 'error', problem: { message: outcome.message, offset: outcome.offset } };
    const raw = outcome.stmts[0];
    if (outcome.stmts.length > 1) return { kind: 'opaque', reason: null };
    return raw?.stmt ? { kind: 'tree', node: raw.stmt, raw } : { kind: 'none' };
  };
  // `\r` throws away what was typed so far
  if (metas.some((meta) => /^\\r(?:eset)?\b/.test(text.slice(meta.start, meta.end))))
    return { kind: 'opaque', reason: null };
  const first = parse(body);
  if (first.kind !== 'error') return first;
  const placeholders = findPlaceholders(body);
  if (placeholders.length === 0) return first;
  let best: Parsed | null = null;
  for (const fill of [fillValue, fillName]) {
    const filled = parse(placeholders.reduce((sql, token) => fill(sql, token), body));
    // rules read the tree's names where the text has them: here it has a comment
    if (filled.kind === 'tree' && placeholders.some(({ kind }) => kind === 'comment')) break;
    if (filled.kind === 'tree' && fill === fillName) return { ...filled, templated: true };
    if (filled.kind !== 'error') return filled;
    best ??= filled;
  }
  // What stands before the first placeholder is the author's own; behind it, the placeholder may be the reason.
  const firstPlaceholder = (placeholders[0] as Token).start + start;
  if (best?.kind === 'error' && best.problem.offset < firstPlaceholder) return best;
  return { kind: 'opaque', reason: null };
}

export function findPlaceholders(sql: string): Token[] {
  const found: Token[] = [];
  const lexer = new Lexer(sql);
  for (let token = lexer.next(); token; token = lexer.next())
    if (token.kind === 'placeholder' || standsForName(sql, token)) found.push(token);
  return found;
}

/** `FROM /* SCHEMA *\/."users"`: a runner puts a name in its place. Nothing else can stand between a space and a dot. */
const standsForName = (sql: string, { kind, start, end }: Token): boolean =>
  kind === 'comment' && sql[end] === '.' && /\s/.test(sql[start - 1] ?? '') && sql.startsWith('/*', start);

const blank = (sql: string, start: number, end: number): string =>
  sql.slice(0, start) + sql.slice(start, end).replace(/[^\r\n]/g, ' ') + sql.slice(end);

/** Puts `filling` where the token stands, at the same length (so that positions hold). */
function put(sql: string, token: Token, filling: string): string {
  const length = token.end - token.start;
  return sql.slice(0, token.start) + filling.slice(0, length).padEnd(length) + sql.slice(token.end);
}

function fillValue(sql: string, token: Token): string {
  const written = sql.slice(token.start, token.end);
  if (written.startsWith('{%')) return blank(sql, token.start, token.end);
  if (written.startsWith(':"')) return put(sql, token, ` ${written.slice(1)}`);
  return put(sql, token, '$1');
}

function fillName(sql: string, token: Token): string {
  const written = sql.slice(token.start, token.end);
  if (written.startsWith('{%')) return blank(sql, token.start, token.end);
  return put(sql, token, 'x'.repeat(Math.min(written.length, 60)));
}
