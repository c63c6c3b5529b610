import type { Node } from '@pgsql/types';
import { stringOf } from '../../catalog/names.ts';
import { type ParameterRange, storageParameters } from '../../facts/accessMethods.ts';
import { defineRule, type Edit, type Fix } from '../rule.ts';
import { withoutTokens } from './indexEdits.ts';
import { knownMethod, type WrittenContext, type WrittenParameter, writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'index-storage-parameter',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'A storage parameter that the access method does not have, or a value out of its range.',
    why: 'Each access method has parameters of its own: btree fillfactor and deduplicate_items, gin fastupdate and gin_pending_list_limit, brin pages_per_range and autosummarize, gist fillfactor and buffering, hash and spgist fillfactor. Any other, or a value beyond the limits, makes the statement fail (22023).',
    fine: 'Never: the statement does not run.',
    source: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-STORAGE-PARAMETERS',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
      unsafe: 'CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id) WITH (fillfactor = 5);',
      safe: 'CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id) WITH (fillfactor = 10);',
    },
    {
      schema: 'CREATE TABLE posts (id bigint PRIMARY KEY, tags text[]);',
      unsafe: 'CREATE INDEX CONCURRENTLY posts_tags_idx ON posts USING gin (tags) WITH (fillfactor = 70);',
      safe: 'CREATE INDEX CONCURRENTLY posts_tags_idx ON posts USING gin (tags);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      const method = knownMethod(stmt);
      if (!method || !stmt.options?.length) return;
      const index = writtenIndex(stmt, context);
      if (!index) return;
      const known = storageParameters[method];
      const list = Object.keys(known).join(' and ');
      index.parameters.forEach((parameter) => {
        if (parameter.namespace !== null) return;
        const range = Object.hasOwn(known, parameter.name) ? known[parameter.name] : undefined;
        if (!range) {
          const edit = removed(parameter, index.parameters.length, context);
          context.report(
            parameter.span,
            `This fails: indexes of the access method ${method} have no storage parameter ${parameter.name}.`,
            `They have ${list}.`,
            edit ? [{ title: `Leave ${parameter.name} out`, safe: false, edits: [edit] }] : [],
          );
          return;
        }
        const wanted = wrongValue(parameter.value, range);
        if (wanted === null) return;
        context.report(
          parameter.span,
          `This fails: ${parameter.name} must be ${wanted.words}.`,
          `The default is chosen for most uses: leave ${parameter.name} out unless you have measured.`,
          withinLimits(parameter, wanted.nearest, context),
        );
      });
    },
  },
});

const truths = /^(?:on|off|true|false|yes|no|[01]|t|f|y|n)$/i;

/** Null when Postgres takes the value, or it is not plain. */
function wrongValue(value: Node | undefined, range: ParameterRange): { words: string; nearest: number | null } | null {
  const number = value && 'Integer' in value ? (value.Integer.ival ?? 0) : null;
  if (range.kind === 'integer') {
    const { least, most } = range;
    const words = `an integer from ${least} to ${most}`;
    if (number !== null && (number < least || number > most)) return { words, nearest: number < least ? least : most };
    return null;
  }
  const text = written(value);
  if (range.kind === 'boolean') {
    if (number !== null) return number === 0 || number === 1 ? null : { words: 'on or off', nearest: null };
    return text === null || truths.test(text) || 'truefalseonoffyesno'.includes(text.toLowerCase())
      ? null
      : { words: 'on or off', nearest: null };
  }
  return text === null || range.words.includes(text.toLowerCase())
    ? null
    : { words: `${range.words.slice(0, -1).join(', ')} or ${range.words.at(-1)}`, nearest: null };
}

/** A word or string; null for anything else. */
function written(value: Node | undefined): string | null {
  if (value && 'TypeName' in value) return stringOf(value.TypeName.names?.at(-1));
  return stringOf(value);
}

function withinLimits({ span }: WrittenParameter, nearest: number | null, { tokens }: WrittenContext): Fix[] {
  if (nearest === null) return [];
  const value = tokens.at(span.start) + 2;
  if (tokens.written(value - 1) !== '=') return [];
  const edit: Edit = { start: tokens.span(value).start, end: span.end, newText: String(nearest) };
  return [{ title: `Set it to ${nearest}`, safe: false, edits: [edit] }];
}

/** With the comma beside it; with WITH when it is the only one. */
function removed({ span }: WrittenParameter, count: number, context: WrittenContext): Edit | null {
  const { tokens } = context;
  const first = tokens.at(span.start);
  const last = tokens.at(span.end - 1);
  if (first < 0 || last < 0) return null;
  if (count === 1) return withoutTokens(context, first - 2, last + 1);
  if (tokens.word(last + 1) === ',') return withoutTokens(context, first, last + 1);
  return { start: tokens.span(first - 1).start, end: span.end, newText: '' };
}
