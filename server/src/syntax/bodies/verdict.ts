/** What Postgres's own PL/pgSQL parser says of a body. It knows no positions, so its error is looked for here. */
import { findPlaceholders } from '../parseBody.ts';
import type { Parser, PlpgsqlOutcome } from '../parser.ts';
import type { Statement } from '../statement.ts';
import { type Span, Tokens } from '../tokens.ts';
import type { Body } from './body.ts';

export type Verdict =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected'; readonly message: string }
  /** It could not be asked: a template in the statement, or a type that only a catalog knows. */
  | { readonly kind: 'unknown' };

/** A larger body is not searched for the place of an error: each step reads all of it again. */
const maxSearched = 40_000;

export function verdictOn(body: Body, statement: Statement, parser: Parser): Verdict {
  const head = statement.text.slice(0, body.start) + statement.text.slice(body.end);
  return findPlaceholders(head).length > 0 ? { kind: 'unknown' } : ask(body, body.text, statement, parser);
}

function ask(body: Body, text: string, statement: Statement, parser: Parser): Verdict {
  let tag = '$body$';
  for (let n = 1; text.includes(tag); n++) tag = `$body${n}$`;
  const before = statement.text.slice(statement.bodyStart, body.start);
  const after = statement.text.slice(body.end, statement.bodyEnd);
  const sql = `${before}${tag}${text}${tag}${after}`;
  let outcome = parser.parsePlpgsql(sql);
  if (needsCatalog(outcome)) outcome = parser.parsePlpgsql(withoutCopiedTypes(sql));
  if (outcome.kind === 'ok') return { kind: 'accepted' };
  if (outcome.kind === 'refused' || needsCatalog(outcome)) return { kind: 'unknown' };
  return { kind: 'rejected', message: outcome.message };
}

const needsCatalog = (outcome: PlpgsqlOutcome): boolean =>
  outcome.kind === 'error' && outcome.message.startsWith('Not implemented');

/** The type of a table's column is known to a catalog only; any other will do to read the rest. */
const withoutCopiedTypes = (sql: string): string =>
  sql.replace(/(?:[\w$]+|"[^"]+")(?:\.(?:[\w$]+|"[^"]+"))+\s*%\s*type\b/gi, (written) => 'text'.padEnd(written.length));

/**
 * The words that a rejection is about, as offsets into the body's text: its shortest beginning that is rejected in the
 * same words ends with them, or soon behind them.
 */
export function placeOf(message: string, body: Body, statement: Statement, parser: Parser): Span {
  const tokens = new Tokens(body.text, 0, body.text.length);
  if (tokens.length === 0) return { start: 0, end: body.text.length };
  let high = tokens.length;
  const searched = body.text.length <= maxSearched;
  if (searched) {
    let low = 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const verdict = ask(body, body.text.slice(0, tokens.all[middle - 1]?.end), statement, parser);
      if (verdict.kind === 'rejected' && verdict.message === message) high = middle;
      else low = middle + 1;
    }
  }
  const last = high - 1;
  const name = /"([^"]+)"|(?<=^diagnostics item )\w+/.exec(message)?.at(0)?.replaceAll('"', '').toLowerCase();
  if (name !== undefined)
    for (let i = last; i >= 0 && (i > last - 40 || !searched); i--)
      if (tokens.written(i).toLowerCase() === name) return tokens.span(i);
  const outside = /^(EXIT|CONTINUE) /.test(message);
  return outside || tokens.word(last) === ';' ? tokens.span(statementStart(tokens, last)) : tokens.span(last);
}

/** Index of the first token of the statement that goes up to token `last`. */
function statementStart(tokens: Tokens, last: number): number {
  let i = last - 1;
  while (i > 0 && !/^(?:;|begin|then|else|loop|declare)$/.test(tokens.word(i - 1))) i--;
  return Math.max(0, i);
}
