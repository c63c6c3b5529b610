/** Parameters of a statement as drivers and psql write them, turned into `$1` … `$n` at the same length. */
import { type Token, tokenize } from '../text/lexer.ts';

export interface StatementParameters {
  /** The statement with every parameter as `$n`, padded with spaces; every other character where it was. */
  readonly sql: string;
  /** In the order of `$n`. `name` is what a value is asked for by; `text` how the file writes it. */
  readonly parameters: readonly { readonly name: string; readonly text: string }[];
  /** A parameter that cannot be turned into a value, such as a template or psql's `:"name"`; null when there is none. */
  readonly unusable: string | null;
}

export function parametersOf(sql: string): StatementParameters {
  const parameters: { name: string; text: string }[] = [];
  let rewritten = sql;
  let unusable: string | null = null;
  const tokens = tokenize(sql).filter((t) => t.kind === 'parameter' || t.kind === 'placeholder' || isAtName(sql, t));
  const numbered = tokens.filter((t) => t.kind === 'parameter').map((t) => Number(sql.slice(t.start + 1, t.end)));
  for (let n = 1; n <= Math.max(0, ...numbered); n++) parameters.push({ name: String(n), text: `$${n}` });
  for (const token of tokens) {
    if (token.kind === 'parameter') continue;
    const end = token.kind === 'operator' ? atNameEnd(sql, token) : token.end;
    const text = sql.slice(token.start, end);
    const name = nameOf(text);
    if (name === null) {
      unusable ??= text;
      continue;
    }
    let index = name === '' ? -1 : parameters.findIndex((p) => p.name === name);
    if (index < 0) index = parameters.push({ name: name === '' ? String(parameters.length + 1) : name, text }) - 1;
    const filling = `$${index + 1}`;
    if (filling.length > text.length) unusable ??= text;
    else rewritten = rewritten.slice(0, token.start) + filling.padEnd(text.length) + rewritten.slice(end);
  }
  return { sql: rewritten, parameters, unusable };
}

/** Null when no value can stand there; '' for one without a name. */
function nameOf(text: string): string | null {
  const match = /^(?::'?(\w+)'?|%\((\w+)\)s|@(\w+)|(%s))$/.exec(text);
  return match ? (match[1] ?? match[2] ?? match[3] ?? '') : null;
}

/** `@name` directly behind a value's place: T-SQL's and Npgsql's parameters. Postgres would read an operator `@`. */
function isAtName(sql: string, token: Token): boolean {
  return (
    token.kind === 'operator' &&
    sql.slice(token.start, token.end) === '@' &&
    /^@[A-Za-z_]/.test(sql.slice(token.start, token.start + 2))
  );
}

function atNameEnd(sql: string, token: Token): number {
  return token.start + (/^@\w+/.exec(sql.slice(token.start))?.[0].length ?? 1);
}
