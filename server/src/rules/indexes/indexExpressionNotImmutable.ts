import type { FuncCall, Node, TypeCast } from '@pgsql/types';
import { columnOf } from '../../catalog/catalog.ts';
import { type NotImmutable, notImmutableIn } from '../../facts/immutability.ts';
import { insertAt } from '../edits.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { startOf } from './nodePlaces.ts';
import { writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'index-expression-not-immutable',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'An index on an expression whose value can change while the row does not.',
    why: 'An index stores the value of its expression once, so Postgres takes functions marked IMMUTABLE only and refuses all others (42P17). timestamptz::date and date_trunc of a timestamptz depend on the TimeZone setting, to_tsvector(text) on default_text_search_config, concat() and format() on how values of any type are printed.',
    fine: 'Never: the statement does not run. A function of your own that is wrapped around it and called IMMUTABLE runs, but leaves a wrong index when the setting changes.',
    source: 'https://www.postgresql.org/docs/current/xfunc-volatility.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, created_at timestamptz);',
      unsafe: 'CREATE INDEX CONCURRENTLY orders_day_idx ON orders ((created_at::date));',
      safe: "CREATE INDEX CONCURRENTLY orders_day_idx ON orders (((created_at AT TIME ZONE 'UTC')::date));",
    },
    {
      schema: 'CREATE TABLE posts (id bigint PRIMARY KEY, body text);',
      unsafe: 'CREATE INDEX CONCURRENTLY posts_search_idx ON posts USING gin (to_tsvector(body));',
      safe: "CREATE INDEX CONCURRENTLY posts_search_idx ON posts USING gin (to_tsvector('english', body));",
    },
    {
      schema: 'CREATE TABLE people (id bigint PRIMARY KEY, given text, family text);',
      unsafe: 'CREATE INDEX CONCURRENTLY people_name_idx ON people (lower(concat(given, family)));',
      safe: "CREATE INDEX CONCURRENTLY people_name_idx ON people (lower((coalesce(given, '') || coalesce(family, ''))));",
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      for (const key of writtenIndex(stmt, context)?.keys ?? []) {
        if (!key.element.expr) continue;
        const table = writtenIndex(stmt, context)?.table;
        const typeOf = (name: string) => columnOf(table?.relation, name)?.type ?? null;
        const found = notImmutableIn(key.element.expr, typeOf, context.before);
        if (!found) continue;
        context.report(
          key.span,
          `This fails: ${found.what} is not immutable (${why[found.dependsOn]}), so it cannot be in an index.`,
          helpFor(found),
          fixesFor(found, typeOf, context),
        );
      }
    },
  },
});

export const why: Readonly<Record<NotImmutable['dependsOn'], string>> = {
  clock: 'it depends on the time at which it runs',
  'time zone': "it depends on the session's time zone",
  session: 'it depends on the session',
  randomness: 'it gives another value each time',
  settings: 'it depends on settings',
  function: 'its declaration does not say IMMUTABLE',
};

function helpFor({ what, dependsOn }: NotImmutable): string {
  if (what.startsWith('to_tsvector') || what.includes('tsquery'))
    return "Name the configuration: to_tsvector('english', …). Queries have to name the same one to use the index.";
  if (dependsOn === 'time zone') return "Say which time zone is meant: (column AT TIME ZONE 'UTC')::date.";
  if (what.startsWith('concat')) return "Join text by ||, with coalesce(column, '') where it can be null.";
  if (dependsOn === 'function')
    return 'If its result depends on its arguments alone, declare the function IMMUTABLE; else store the value in a column.';
  return 'Index the column itself, or store the value in a column that is written with the row.';
}

function fixesFor(found: NotImmutable, typeOf: TypeOf, context: RuleContext): Fix[] {
  const { node, what } = found;
  if ('FuncCall' in node && what === 'to_tsvector()') return configured(node.FuncCall, context);
  if ('FuncCall' in node && what === 'concat()') return joined(node.FuncCall, typeOf, context);
  if (found.dependsOn !== 'time zone' || !/^timestamptz::(?:date|time|timestamp)$|of a timestamptz$/.test(what))
    return [];
  const column =
    'TypeCast' in node ? (node.TypeCast as TypeCast).arg : 'FuncCall' in node ? node.FuncCall.args?.at(-1) : undefined;
  const at = startOf(column, context);
  if (at === null) return [];
  const { tokens } = context;
  const first = tokens.at(at);
  const span = tokens.span(first, tokens.afterName(first) - 1);
  const written = context.text.slice(span.start, span.end);
  const inUtc = `(${written} AT TIME ZONE 'UTC')`;
  return [{ title: 'Take it in UTC', safe: false, edits: [{ ...span, newText: inUtc }] }];
}

type TypeOf = Parameters<typeof notImmutableIn>[1];

function configured(call: FuncCall, context: RuleContext): Fix[] {
  const open = openOf(call, context);
  if (open < 0) return [];
  return [
    {
      title: "Name the configuration 'english'",
      safe: false,
      edits: [insertAt(context.tokens.span(open).end, "'english', ")],
    },
  ];
}

/** Columns of text only: the others would be printed. */
function joined(call: FuncCall, typeOf: TypeOf, context: RuleContext): Fix[] {
  const { tokens, text } = context;
  const open = openOf(call, context);
  if (open < 0) return [];
  const parts: string[] = [];
  let at = open + 1;
  for (const argument of call.args ?? []) {
    const written = textArgument(argument, tokens.written(at), typeOf);
    const next = tokens.word(at + 1);
    if (written === null || (next !== ',' && next !== ')')) return [];
    parts.push(written);
    at += 2;
  }
  const name = tokens.at(startOf({ FuncCall: call }, context) ?? -1);
  const span = tokens.span(name, at - 1);
  if (text.slice(span.start, span.end).includes('--') || parts.length === 0) return [];
  return [{ title: 'Join the columns by ||', safe: false, edits: [{ ...span, newText: `(${parts.join(' || ')})` }] }];
}

function textArgument(node: Node, written: string, typeOf: TypeOf): string | null {
  if ('A_Const' in node) return node.A_Const.sval && written.startsWith("'") ? written : null;
  if (!('ColumnRef' in node) || node.ColumnRef.fields?.length !== 1) return null;
  const [field] = node.ColumnRef.fields;
  const type = field && 'String' in field ? typeOf(field.String.sval ?? '') : null;
  const isText = type?.schema === null && !type.array && (type.name === 'text' || type.name === 'varchar');
  return isText ? `coalesce(${written}, '')` : null;
}

/** Token index of the parenthesis behind a function's name. */
function openOf(call: FuncCall, context: RuleContext): number {
  const at = startOf({ FuncCall: call }, context);
  const open = at === null ? -1 : context.tokens.afterName(context.tokens.at(at));
  return context.tokens.word(open) === '(' ? open : -1;
}
