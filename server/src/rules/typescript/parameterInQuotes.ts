// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the examples are templates.
import type { PutIn } from '../../sources/typescript/templateSql.ts';
import type { SqlTemplate } from '../../sources/typescript/typescriptSource.ts';
import { type Token, tokenize } from '../../text/lexer.ts';
import type { Fix } from '../rule.ts';
import { defineTemplateRule } from './templateRule.ts';

export default defineTemplateRule({
  id: 'parameter-in-quotes',
  severity: 'error',
  docs: {
    summary: 'A value that is put into a template within quotes of SQL, or in a comment.',
    why: "The template's tag sends the statement with $1, $2 … where the values stand, and the values beside it. Within quotes $1 is text. Postgres then finds fewer parameters than it is given values for, and the query fails each time that it runs (08P01, or 42P18 where another parameter follows); with a driver that declares the types of its values it runs, with the text $1 in place of the value.",
    fine: 'What is put in is SQL, made with Prisma.raw: that becomes part of the text.',
    source: 'https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-CONSTANTS',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, name text);',
      unsafe: "const find = (term: string) => prisma.$queryRaw`SELECT id FROM users WHERE name ILIKE '%${term}%'`;\n",
      safe: "const find = (term: string) => prisma.$queryRaw`SELECT id FROM users WHERE name ILIKE '%' || ${term} || '%'`;\n",
    },
    {
      schema: 'CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz);',
      unsafe:
        "const recent = (days: number) => prisma.$queryRaw`SELECT id FROM events WHERE at > now() - interval '${days} days'`;\n",
      safe: 'const recent = (days: number) => prisma.$queryRaw`SELECT id FROM events WHERE at > now() - make_interval(days => ${days}::int)`;\n',
    },
  ],
  check({ template, text, report }) {
    const { sql, interpolations } = template;
    // most templates have no value within quotes: what is in front of it tells
    if (!/['"$]|--|\/\*/.test(sql.replace(/\$\d+/g, ''))) return;
    const tokens = tokenize(sql);
    const own = mayMakeSql(text);
    for (const [i, token] of tokens.entries()) {
      const where = places[token.kind];
      if (!where) continue;
      const inside = interpolations.filter(({ start, end }) => token.start < start && end <= token.end);
      for (const put of inside) {
        const written = text.slice(put.span.start, put.span.end);
        // Prisma.raw puts its text there
        if (!put.isValue && (own || !isPlainName(written, text))) continue;
        report(
          put.span,
          `${written} stands in ${where}, where $${Number(sql.slice(put.start + 1, put.end))} is text and no parameter: the value is never used.`,
          token.kind === 'comment'
            ? 'Take it out of the comment.'
            : token.kind === 'identifier'
              ? 'A name cannot be a parameter: choose among names that you know, with Prisma.raw or Prisma.sql.'
              : "End the string before the value, and join them with ||: '%' || ${value} || '%'.",
          fixes(template, inside, tokens, i, text),
          put.isValue ? {} : { severity: 'warning' },
        );
      }
    }
  },
});

const places: Partial<Record<Token['kind'], string>> = {
  string: 'a string of SQL',
  dollar: 'a string of SQL',
  identifier: 'a quoted name of SQL',
  comment: 'a comment of SQL',
};

/** The file makes SQL of its own, or takes such from elsewhere. */
const mayMakeSql = (text: string): boolean =>
  /\bPrisma\s*\.\s*(?:raw|sql|join|empty|Sql)\b|\b(?:Sql|raw|unsafe|identifier|literal)\b/.test(text);

/** A variable or a property: `term`, `input.search`. What is imported may be anything. */
function isPlainName(written: string, text: string): boolean {
  const name = /^\$\{\s*([\w$]+)(?:\??\.[\w$]+)*\s*\}$/.exec(written)?.[1];
  return name !== undefined && !new RegExp(String.raw`\bimport\b[^;'"]*\b${name.replaceAll('$', '\\$')}\b`).test(text);
}

// Fixes, in the words of the file

/** `interval '1 day'` with a number in place of the 1. */
const units: Readonly<Record<string, string>> = {
  year: 'years',
  month: 'months',
  week: 'weeks',
  day: 'days',
  hour: 'hours',
  min: 'mins',
  minute: 'mins',
  sec: 'secs',
  second: 'secs',
};

function fixes(
  { sql, interpolations }: SqlTemplate,
  inside: readonly PutIn[],
  tokens: readonly Token[],
  i: number,
  text: string,
): Fix[] {
  const token = tokens[i] as Token;
  const [first, last] = [inside[0], inside.at(-1)];
  if (token.kind !== 'string' || sql[token.start] !== "'" || token.unterminated || !first || !last) return [];
  if (!inside.every(({ isOwn }) => isOwn)) return [];
  // in the file the string stands around the values as it does in SQL, but for how its characters are written
  const before = sql.slice(token.start, first.start);
  const after = sql.slice(last.end, token.end);
  const start = first.span.start - before.length;
  const end = last.span.end + after.length;
  if (text.slice(start, first.span.start) !== before || text.slice(last.span.end, end) !== after) return [];
  const between = inside.slice(1).map((put, n) => text.slice((inside[n] as PutIn).span.end, put.span.start));
  if (between.some((part) => /[\\`]/.test(part)) || interpolations.length === 0) return [];
  const texts = [before.slice(1), ...between, after.slice(0, -1)];
  const values = inside.map(({ span }) => text.slice(span.start, span.end));
  const previous = tokens[i - 1];
  const word = previous?.kind === 'word' ? sql.slice(previous.start, previous.end).toLowerCase() : '';
  if (word === 'interval' && previous)
    return intervalFix(texts, values, { start: start - (token.start - previous.start), end }, text);
  // `date '…'` takes a string only
  if (/^(?:date|time|timestamp|timestamptz|timetz|uuid|json|jsonb|bit|numeric|inet|as|zone|escape|e|n|b|x)$/.test(word))
    return [];
  const joined = texts.flatMap((part, n) => [...(part === '' ? [] : [`'${part}'`]), ...values.slice(n, n + 1)]);
  const newText = joined.length === 1 ? (joined[0] as string) : `(${joined.join(' || ')})`;
  return [{ title: 'Take the value out of the quotes', safe: false, edits: [{ start, end, newText }] }];
}

function intervalFix(
  texts: readonly string[],
  values: readonly string[],
  span: { readonly start: number; readonly end: number },
  text: string,
): Fix[] {
  const unit = units[(texts[1] ?? '').trim().toLowerCase().replace(/s$/, '')];
  if (texts.length !== 2 || texts[0]?.trim() !== '' || !unit || !/^interval\b/i.test(text.slice(span.start))) return [];
  // drivers that declare types send whole numbers as bigint, which no argument but secs takes
  const newText = `make_interval(${unit} => ${values[0]}${unit === 'secs' ? '' : '::int'})`;
  return [{ title: `Write ${newText}`, safe: false, edits: [{ ...span, newText }] }];
}
