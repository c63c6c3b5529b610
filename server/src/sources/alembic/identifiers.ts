/** Names and strings, quoted as SQLAlchemy's PostgreSQL dialect quotes them. */
import type { Span } from '../../syntax/tokens.ts';
import { hole } from './builtins.ts';
import { NotEvaluable, type Part } from './generated.ts';
import { type Mapped, mappedTo, replaced } from './mapped.ts';
import { textOf, type Value } from './values.ts';

/** The words that SQLAlchemy's dialect (1.4 and 2.0) quotes: those that Postgres reserves, at least as function or type names. */
const reserved = new Set(
  (
    'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create ' +
    'current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc ' +
    'distinct do else end except false fetch for foreign from grant group having in initially intersect into leading ' +
    'limit localtime localtimestamp new not null of off offset old on only or order placing primary references ' +
    'returning select session_user some symmetric table then to trailing true union unique user using variadic when ' +
    'where window with authorization between binary cross current_schema freeze full ilike inner is isnull join left ' +
    'like natural notnull outer over overlaps right similar verbose'
  ).split(' '),
);

const needsQuotes = (name: string): boolean => reserved.has(name.toLowerCase()) || !/^[a-z_][a-z0-9_$]*$/.test(name);

export function quoted(name: Mapped): Mapped {
  if (!needsQuotes(name.text)) return name;
  const first = { start: name.from[0] ?? 0, end: name.to.at(-1) ?? 0 };
  const inner = replaced(name, /"/g, () => '""');
  const quote = (at: Span): Mapped => mappedTo('"', at);
  const parts = [quote(first), inner, quote(first)];
  return { text: `"${inner.text}"`, from: parts.flatMap((p) => p.from), to: parts.flatMap((p) => p.to) };
}

/** @throws NotEvaluable for what is no string that is known */
export function nameOf(value: Value | undefined, what: string, at: Span): Mapped {
  if (value?.kind === 'string' && !value.holes && value.mapped.text !== '') return value.mapped;
  // sa.sql.quoted_name and column objects
  if (value?.kind === 'construct' && ['quoted_name', 'column', 'Column'].includes(value.name))
    return nameOf(value.args[0], what, value.span);
  throw new NotEvaluable(value?.span ?? at, `the name of the ${what} is not known`);
}

export const identifier = (value: Value | undefined, what: string, at: Span): Mapped => quoted(nameOf(value, what, at));

/** `schema.table`, quoted. */
export function tableName(table: Value | undefined, schema: Value | undefined, at: Span): Part[] {
  const name = identifier(table, 'table', at);
  if (schema === undefined || schema.kind === 'none') return [name];
  return [identifier(schema, 'schema', at), '.', name];
}

export function stringLiteral(value: Mapped): Part[] {
  return ["'", replaced(value, /'/g, () => "''"), "'"];
}

/** What stands in SQL for a value that is not known. */
export const unknownPart = (span: Span): Part => hole(span);

/** `"a.b.c"` → its last word and what stands before it. */
export function splitAtLastDot(value: Value): { before: Value; last: Value } | null {
  const text = textOf(value);
  const dot = text?.lastIndexOf('.') ?? -1;
  if (text === null || dot < 0 || value.kind !== 'string') return null;
  const part = (from: number, to: number): Value => ({
    ...value,
    mapped: {
      text: text.slice(from, to),
      from: value.mapped.from.slice(from, to),
      to: value.mapped.to.slice(from, to),
    },
  });
  return { before: part(0, dot), last: part(dot + 1, text.length) };
}
