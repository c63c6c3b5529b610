/** Which index would find the rows that a scan keeps; silent where none is known to. */
import type { IndexProposal } from '../../protocol.ts';
import type { KnownIndex, KnownTable } from '../planFacts.ts';
import { indexStatement, quoted } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';
import type { Condition } from './conditions.ts';
import { type Key, keyOf, type Obstacle } from './indexKeys.ts';

export interface Remedy {
  readonly index: IndexProposal | null;
  readonly help: string;
}

export interface How {
  /** Of the conditions, what an index serves already: further ones are wanted. */
  readonly served?: readonly Condition[];
  /** Of an index on columns, where it is not that the table is read as a whole. */
  readonly why?: string;
}

/**
 * @param conditions of the scan, joined by AND
 * @returns null where nothing is known that would help
 */
export function remedy(
  node: AnalysedNode,
  conditions: readonly Condition[],
  { served = [], why = 'An index would leave most of the table alone' }: How = {},
): Remedy | null {
  const own = conditions
    .map((condition) => ofAlias(condition, node.own.alias))
    .filter(({ column, arms }) => arms.length > 0 || column?.alias === null || column?.alias === node.own.alias);
  const found = own.map((condition) => keyOf(condition, node.known, node.plan.facts));
  const keys = found.filter((key) => key?.kind === 'key');
  const obstacle = found.find((key) => key?.kind === 'obstacle');
  const partial = own.filter(({ form, operator }) => form === 'plain' && /^is /.test(operator));
  const table = node.table ?? '';

  if (isManaged(node)) return null;
  if (!node.known && withoutIndexes(node)) return null;
  const btree = btreeKeys(keys);
  const keyed =
    btree.length > 0
      ? { table, method: 'btree' as const, keys: btree, ...whereOf(partial, btree) }
      : otherMethod(keys, table);
  const index = keyed ?? partialIndex(partial, node.known, table);
  if (index) {
    const before = served.map((condition) => keyOf(condition, node.known, node.plan.facts));
    const isNew = index.keys.some((sql) => !before.some((key) => key?.kind === 'key' && key.sql === sql));
    if (!isNew && index.where === undefined) return null;
    const used = found.filter((key) => key?.kind === 'key' && index.keys.includes(key.sql)).length;
    const others = conditions.length - used - (index.where === undefined ? 0 : partial.length);
    const doubt = others > 0 ? ', if it is these conditions that keep so few' : '';
    return proposed(index, node, `${reason(index, obstacle, why)}${doubt}`, keys);
  }
  if (obstacle) return { index: null, help: obstacle.help };
  return eitherOf(own, node);
}

function proposed(index: IndexProposal, node: AnalysedNode, why: string, keys: readonly Key[]): Remedy | null {
  const same = node.known?.indexes.find((other) => serves(other, index, keys));
  if (same) return existing(same, node);
  const parent = node.known?.parent;
  // tried on the partition that was read, made for all
  if (parent) return { index, help: `${why}: ${onEachPartition(index, parent.name)}` };
  const help = `${why}: ${indexStatement(index)}`;
  if (node.plan.facts && !node.known && node.text('Schema') === null)
    return { index: null, help: `${help}, with the schema of the one that is meant: several tables have this name` };
  return { index, help };
}

/** The catalog, and what an extension makes and looks after by itself. */
const isManaged = (node: AnalysedNode): boolean =>
  /^(?:pg_catalog|information_schema|pg_toast|_timescaledb_.*)$/.test(
    node.known?.schema ?? node.text('Schema') ?? '',
  ) || /^(?:_hyper_|compress_hyper_|pg_toast_)/.test(node.text('Relation Name') ?? '');

/** Of `outer.id = own.outer_id`, which compares two columns, the one of the scan's own table. */
function ofAlias(condition: Condition, alias: string | null): Condition {
  const { column, against } = condition;
  return against && against.alias === alias && column?.alias !== alias && condition.form === 'plain'
    ? { ...condition, column: against, against: column }
    : condition;
}

/** Exact ones first, then one range. */
function btreeKeys(keys: readonly Key[]): string[] {
  const exact = keys.filter(({ method, exact: is }) => method === 'btree' && is).map(({ sql }) => sql);
  const range = keys.find(({ method, exact: is }) => method === 'btree' && !is);
  return [...new Set([...exact, ...(range ? [range.sql] : [])])];
}

function otherMethod(keys: readonly Key[], table: string): IndexProposal | null {
  const key = keys.find(({ method }) => method !== 'btree');
  return key ? { table, method: key.method, keys: [key.sql] } : null;
}

/** `deleted_at IS NULL` beside the keys: the index need not have the other rows. */
function whereOf(partial: readonly Condition[], keys: readonly string[]): { where?: string } {
  const beside = partial.filter(({ column }) => column && !keys.includes(quoted(column.name)));
  return beside.length > 0 ? { where: beside.map(({ sql }) => sql).join(' AND ') } : {};
}

const indexable = /^(?:smallint|integer|bigint|boolean|date|uuid|timestamp.*|numeric|real|double precision)$/;

/** Rows that a condition without a value finds are found by an index that has no others. */
function partialIndex(partial: readonly Condition[], known: KnownTable | null, table: string): IndexProposal | null {
  const [first] = partial;
  if (!first?.column) return null;
  const isBoolean = /true|false/.test(first.operator);
  const typeOf = known?.columns.find(({ name }) => name === first.column?.name)?.type ?? (isBoolean ? 'boolean' : '');
  const [primary] = known?.indexes.find(({ isPrimary }) => isPrimary)?.keys ?? [];
  const key = first.operator !== 'is null' && indexable.test(typeOf) ? quoted(first.column.name) : primary;
  const where = partial.map(({ sql }) => sql).join(' AND ');
  if (key !== undefined) return { table, method: 'btree', keys: [key], where };
  return first.operator === 'is null' ? { table, method: 'btree', keys: [quoted(first.column.name)] } : null;
}

function reason(index: IndexProposal, obstacle: Obstacle | undefined, why: string): string {
  if (obstacle) return `${obstacle.help} For the other conditions`;
  if (index.where !== undefined) return 'An index that has only the rows of this condition is small and finds them';
  if (index.keys.some((key) => /_pattern_ops$/.test(key)))
    return 'A btree index finds what begins with a text only in the order of bytes, which this operator class gives it';
  if (index.keys.some((key) => key.startsWith('(') || /^\w+\(/.test(key)))
    return 'An index on the column is of no use to what is made of it; one on the expression is';
  return why;
}

/** CONCURRENTLY is not for partitioned tables. */
const onEachPartition = (index: IndexProposal, parent: string): string =>
  `${indexStatement({ ...index, table: `ONLY ${quoted(parent)}` }).replace(' CONCURRENTLY', '')}, then the same CONCURRENTLY on each partition, and ALTER INDEX … ATTACH PARTITION`;

/** Somebody wants to know how it goes without them. */
const withoutIndexes = ({ plan }: AnalysedNode): boolean =>
  Object.keys((plan.json.Settings ?? {}) as object).some((name) =>
    /^enable_(?:bitmap|index|indexonly)scan$/.test(name),
  );

/** What is there already need not be proposed. */
function existing(same: KnownIndex, node: AnalysedNode): Remedy | null {
  if (!same.isValid)
    return {
      index: null,
      help: `The index ${same.name} would serve, but it is invalid: building it CONCURRENTLY has failed. REINDEX INDEX CONCURRENTLY ${quoted(same.name)} builds it again.`,
    };
  if (withoutIndexes(node)) return null;
  return {
    index: null,
    help: `There is the index ${same.name}, which would serve: Postgres thought it to cost more. Where the data is mostly in memory or on an SSD, a random_page_cost of about 1.1 is nearer to the truth than its default of 4; and estimates of rows that are far off mislead it too.`,
  };
}

const bare = (key: string): string =>
  key
    .replace(/^\((.*)\)$/s, '$1')
    .replace(/::\w+/g, '')
    .replace(/[\s()"]/g, '');

function serves(index: KnownIndex, proposal: IndexProposal, keys: readonly Key[]): boolean {
  // it is found by its condition alone
  const isAllPartial = !proposal.keys.some((key) => keys.some(({ sql }) => sql === key));
  if (index.method !== proposal.method) return false;
  const isSame = bare(index.predicate ?? '') === bare(proposal.where ?? '');
  // one without the condition serves where its keys find the rows
  if (!isSame && (index.predicate !== null || isAllPartial)) return false;
  return proposal.keys.every((key, i) => {
    const [, column = key, rest = ''] = /^(.*?)((?: \w+_ops)?(?: DESC| NULLS FIRST| NULLS LAST)*)$/s.exec(key) ?? [];
    const at = index.keys.findIndex((known) => bare(known) === bare(column));
    // exact keys may come in any order
    if (at < 0 || (rest !== '' && at !== i) || at >= proposal.keys.length) return false;
    const own = index.classes[at] ?? '';
    const operator = keys.find(({ sql }) => sql === key)?.operator ?? '';
    if (own === 'jsonb_path_ops' && !['@>', '@@', '@?'].includes(operator)) return false;
    const operatorClass = / (\w+_ops)/.exec(rest)?.[1];
    if (operatorClass === undefined && /_pattern_ops$/.test(own) && !operator.startsWith('=')) return false;
    if (operatorClass !== undefined) return own === operatorClass;
    return !/ (?:DESC|NULLS)/.test(rest) || orderOf(index, at) === rest.trim();
  });
}

/** As `ORDER BY` writes it, without what goes without saying. */
export function orderOf({ descending, nullsFirst }: KnownIndex, at: number): string {
  const down = descending[at] === true;
  const first = nullsFirst[at] === true;
  return [down ? 'DESC' : '', first === down ? '' : first ? 'NULLS FIRST' : 'NULLS LAST'].filter(Boolean).join(' ');
}

/** `a = 1 OR b = 2`: an index for each, where each has one. */
function eitherOf(own: readonly Condition[], node: AnalysedNode): Remedy | null {
  const either = own.find(({ arms }) => arms.length > 1);
  if (!either) return null;
  const indexes = either.arms.map((arm) => remedy(node, arm)?.index);
  const statements = indexes.flatMap((index) => (index ? [indexStatement(index)] : []));
  const unserved = either.arms.filter((arm, i) => !indexes[i] && !hasIndex(arm, node));
  if (unserved.length > 0 || statements.length === 0) return null;
  return {
    index: null,
    help: `With an index for each side of OR Postgres finds the rows of each and puts them together: ${[...new Set(statements)].join('; ')}`,
  };
}

const hasIndex = (arm: readonly Condition[], node: AnalysedNode): boolean =>
  arm.some(({ column, form, operator }) => {
    const name = column?.name;
    if (name === undefined || form !== 'plain' || !['=', '= any'].includes(operator)) return false;
    return node.known?.indexes.some(({ keys, isValid }) => isValid && keys[0] === quoted(name)) ?? false;
  });
