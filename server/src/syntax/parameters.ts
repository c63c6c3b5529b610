/** Parameters of a statement as drivers and psql write them, turned into `$1` … `$n`. */
import { type Token, tokenize } from '../text/lexer.ts';

export interface StatementParameters {
  /** The statement with every parameter as `$n`, padded with spaces to the length it had. */
  readonly sql: string;
  /** In the order of `$n`. `name` is what a value is asked for by; `text` how the file writes it. */
  readonly parameters: readonly { readonly name: string; readonly text: string }[];
  /** A parameter that cannot be turned into a value, such as a template or psql's `:"name"`; null when there is none. */
  readonly unusable: string | null;
  /** Offset in `sql` → offset in the text: they differ behind a `%s` that is the tenth parameter or a later one. */
  toText(offset: number): number;
}

export function parametersOf(text: string): StatementParameters {
  const parameters: { name: string; text: string }[] = [];
  let unusable: string | null = null;
  const tokens = tokenize(text).filter((t) => t.kind === 'parameter' || t.kind === 'placeholder' || isAtName(text, t));
  const numbered = tokens.filter((t) => t.kind === 'parameter').map((t) => Number(text.slice(t.start + 1, t.end)));
  for (let n = 1; n <= Math.max(0, ...numbered); n++) parameters.push({ name: String(n), text: `$${n}` });
  /** Where text and rewritten statement are at the same place again, behind a parameter that became longer. */
  const shifts: { sql: number; by: number }[] = [];
  let sql = '';
  let copied = 0;
  for (const token of tokens) {
    if (token.kind === 'parameter') continue;
    const end = token.kind === 'operator' ? atNameEnd(text, token) : token.end;
    const written = text.slice(token.start, end);
    const name = nameOf(written);
    if (name === null) {
      unusable ??= written;
      continue;
    }
    let index = name === '' ? -1 : parameters.findIndex((p) => p.name === name);
    if (index < 0)
      index = parameters.push({ name: name === '' ? String(parameters.length + 1) : name, text: written }) - 1;
    const filling = `$${index + 1}`.padEnd(written.length);
    sql += text.slice(copied, token.start) + filling;
    copied = end;
    if (filling.length > written.length) shifts.push({ sql: sql.length, by: filling.length - written.length });
  }
  sql += text.slice(copied);
  const toText = (offset: number): number => shifts.reduce((at, s) => (offset >= s.sql ? at - s.by : at), offset);
  return { sql, parameters, unusable, toText };
}

/** Null when no value can stand there; '' for one without a name. */
function nameOf(text: string): string | null {
  const match = /^(?::'?(\w+)'?|%\((\w+)\)s|@(\w+)|(%s))$/.exec(text);
  return match ? (match[1] ?? match[2] ?? match[3] ?? '') : null;
}

/** `@name` where a value stands: T-SQL's and Npgsql's parameters. Postgres would read an operator `@`. */
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
