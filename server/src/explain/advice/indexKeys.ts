/** What a condition would be as the key of an index: its access method, column or expression, operator class. */
import type { IndexProposal } from '../../protocol.ts';
import type { KnownTable, PlanFacts } from '../planFacts.ts';
import { quoted } from './advice.ts';
import type { Condition } from './conditions.ts';

export interface Key {
  readonly kind: 'key';
  readonly method: IndexProposal['method'];
  readonly sql: string;
  /** It finds single values: further keys behind it narrow what is found. */
  readonly exact: boolean;
  /** Of the condition. */
  readonly operator: string;
}

/** Why no index can serve a condition as it is written, and how to write it. */
export interface Obstacle {
  readonly kind: 'obstacle';
  readonly help: string;
}

const key = (sql: string, method: Key['method'] = 'btree', exact = true): Omit<Key, 'operator'> => ({
  kind: 'key',
  method,
  sql,
  exact,
});

type Found = Omit<Key, 'operator'> | Obstacle | null;
const obstacle = (help: string): Obstacle => ({ kind: 'obstacle', help });

const equalities = new Set(['=', '= any', 'is null']);
const ranges = new Set(['<', '<=', '>', '>=']);
const patterns = new Set(['~~', '~~*', '~', '~*']);

/** Null where no index is known to serve it. */
export function keyOf(condition: Condition, known: KnownTable | null, facts: PlanFacts | null): Key | Obstacle | null {
  const found = find(condition, known, facts);
  return found?.kind === 'key' ? { ...found, operator: condition.operator } : found;
}

function find(condition: Condition, known: KnownTable | null, facts: PlanFacts | null): Found {
  const { column, form, operator } = condition;
  if (!column || condition.valueFunctions.some((name) => mayBeVolatile(name, facts))) return null;
  if (operator === 'any =')
    return obstacle(
      `No index serves ANY (${column.name}): written as ${quoted(column.name)} @> ARRAY[…] it is found by an index USING gin (${quoted(column.name)}).`,
    );
  const type = known?.columns.find(({ name }) => name === column.name)?.type ?? null;
  const isText = form === 'cast' && ['text', 'bpchar'].includes(condition.castTo ?? '');
  if (form === 'plain' || (isText && isLabelled(type, condition)))
    return plainKey(condition, quoted(column.name), form === 'cast' ? (type ?? 'character varying') : type, facts);
  if (!equalities.has(operator) && !ranges.has(operator)) return searchKey(condition);
  if (operator === 'is null') return null;
  if (form === 'cast') return castColumn(condition, column.name, type);
  const time = condition.functions.find((name) => ['date_trunc', 'date', 'date_part', 'extract'].includes(name));
  if (time !== undefined && form === 'function')
    return obstacle(
      `No index on ${column.name} serves ${condition.expression}; one serves a range of it: ${quoted(column.name)} >= (first moment) AND ${quoted(column.name)} < (first moment after).`,
    );
  if (operator === '=' && condition.expression !== null && isImmutable(condition, type, facts))
    return key(form === 'function' && condition.castTo === null ? condition.expression : `(${condition.expression})`);
  return null;
}

const stableFunctions = new Set(
  'now timezone current_setting to_date to_timestamp to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery date_trunc current_database'.split(
    ' ',
  ),
);

/** What is computed for each row anew is looked up in no index. */
function mayBeVolatile(name: string, facts: PlanFacts | null): boolean {
  const known = facts?.functions.find((f) => f.name === name);
  return known ? known.volatilities.includes('v') : !stableFunctions.has(name);
}

/** Whether a cast to text is one that Postgres prints of a varchar and does not make. */
function isLabelled(type: string | null, { constant }: Condition): boolean {
  if (type !== null) return type === 'character varying' || type === 'text';
  // not known: a number, date, uuid or boolean would be written otherwise
  return constant !== null && !/^(?:[-+.\d:/ eE]*|t|f|true|false|[0-9a-f-]{36})$/.test(constant.replace(/[{},"]/g, ''));
}

function plainKey(condition: Condition, column: string, type: string | null, facts: PlanFacts | null): Found {
  const { operator } = condition;
  if (equalities.has(operator)) return operator === 'is null' ? null : isBtree(type) ? key(column) : null;
  if (ranges.has(operator)) return isBtree(type) ? key(column, 'btree', false) : null;
  if (patterns.has(operator)) return patternKey(condition, column, type, facts);
  return containmentKey(condition, column, type ?? '');
}

/** Those that a btree index takes. */
const isBtree = (type: string | null): boolean =>
  type === null || !/^(?:json|xml|point|box|polygon|circle|line|path)$/.test(type);

function patternKey({ operator, constant }: Condition, column: string, type: string | null, facts: PlanFacts | null) {
  if (constant === null) return null;
  const isLike = operator.startsWith('~~');
  const cased = !operator.endsWith('*');
  const begins = isLike ? /^[^%_\\]/.test(constant) : /^\^[\w ]/.test(constant) && !constant.includes('|');
  if (begins && cased) {
    if (isLike && !/[%_]/.test(constant)) return key(column);
    return key(`${column} ${type === 'character' ? 'bpchar' : 'text'}_pattern_ops`, 'btree', false);
  }
  // three letters in a row make a trigram
  if (!/[\p{L}\p{N}]{3}/u.test(constant)) return null;
  if (type === 'character') return null;
  if (facts?.extensions.includes('pg_trgm')) return key(`${column} gin_trgm_ops`, 'gin');
  return obstacle(
    `No btree index serves a pattern that may begin anywhere${cased ? '' : ', or in any case of letters'}; one of trigrams does: CREATE EXTENSION pg_trgm; then an index USING gin (${column} gin_trgm_ops).`,
  );
}

const rangeTypes = /^(?:int4|int8|num|ts|tstz|date)(?:multi)?range$/;
const shapes = /^(?:box|circle|polygon|geometry|geography)$/;

/** `@>`, `&&` …: GIN has the parts of a value, GiST what is around it. The default operator classes. */
function containmentKey({ operator, constantType }: Condition, column: string, type: string): Found {
  const other = constantType ?? '';
  // the array, jsonb or range itself, or what is looked for in it
  const of = type !== '' ? type : other;
  if (of === 'jsonb') {
    if (type === '' && operator === '<@') return null;
    return ['@>', '?', '?|', '?&', '@?', '@@'].includes(operator) ? key(column, 'gin') : null;
  }
  if (type === '' && /^(?:jsonpath|tsquery)$/.test(other))
    return ['@@', '@?'].includes(operator) ? key(column, 'gin') : null;
  if (of === 'tsvector') return operator === '@@' ? key(column, 'gin') : null;
  if (of.endsWith('[]')) return ['@>', '&&'].includes(operator) ? key(column, 'gin') : null;
  if (rangeTypes.test(of)) return ['@>', '<@', '&&'].includes(operator) ? key(column, 'gist') : null;
  if (shapes.test(of)) return ['@>', '<@', '&&'].includes(operator) ? key(column, 'gist') : null;
  if (type === 'point') return operator === '<@' ? key(column, 'gist') : null;
  if (type === 'inet' || type === 'cidr')
    return ['<<', '<<=', '>>', '>>=', '&&'].includes(operator) ? key(`${column} inet_ops`, 'gist') : null;
  return null;
}

/** `to_tsvector('english', body) @@ …`: an index on the expression, where it names its configuration. */
function searchKey({ form, expression, operator, functions }: Condition): Found {
  if (form !== 'function' || operator !== '@@' || expression === null || !functions.includes('to_tsvector'))
    return null;
  if (/to_tsvector\((?:CAST\('[^']*' AS regconfig\)|'[^']*'(?:::\w+)?), /.test(expression))
    return key(expression, 'gin');
  return obstacle(
    "to_tsvector without a configuration depends on a setting, and cannot be indexed: write to_tsvector('english', …) in the query, and an index USING gin on that.",
  );
}

function castColumn({ castTo, expression }: Condition, column: string, type: string | null): Obstacle {
  const [time] = /^(?:timestamp|timestamptz)/.exec(type ?? 'timestamp') ?? [];
  if (castTo === 'date' && time !== undefined)
    return obstacle(
      `No index on ${column} serves ${expression}; one serves a range of it: ${quoted(column)} >= (the day) AND ${quoted(column)} < (the day after).`,
    );
  if (castTo === 'text' && type === null)
    return obstacle(
      `If ${column} is a varchar, an index on it would serve; if it is of another type, each row's is turned into text to be compared, and a value of the column's own type has to be given.`,
    );
  return obstacle(
    `Every row's ${column}${type === null ? '' : ` (${type})`} is turned into ${castTo} to be compared, so that no index on ${column} can serve: compare it with a value of the column's own type.`,
  );
}

/** Of which every variant is immutable. */
const immutableFunctions = new Set(
  'lower upper btrim ltrim rtrim md5 abs char_length left right substr split_part replace reverse mod round floor ceil starts_with strpos jsonb_extract_path_text'.split(
    ' ',
  ),
);
const immutableCasts = new Set(
  'int2 int4 int8 smallint int integer bigint numeric bool boolean uuid float8 text'.split(' '),
);

/** Whether an index on the expression can be made: certain only of well-known functions, and of those that the server says it of. */
function isImmutable(
  { functions, castTo, expression }: Condition,
  type: string | null,
  facts: PlanFacts | null,
): boolean {
  if (castTo !== null && !immutableCasts.has(castTo)) return false;
  // of dates and times much depends on settings, and so does what || makes text of
  if (/\|\|/.test(expression ?? '') || /^(?:date|time|interval)/.test(type ?? '')) return false;
  const casts = [...(expression ?? '').matchAll(/(?:::|\bAS )(\w+)/g)];
  if (casts.some(([, to = '']) => !immutableCasts.has(to))) return false;
  return functions.every((name) => {
    const known = facts?.functions.find((f) => f.name === name);
    if (known) return known.volatilities.every((volatility) => volatility === 'i');
    return immutableFunctions.has(name);
  });
}
