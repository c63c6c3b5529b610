/**
 * What two states of the schema differ in, in words: only what is certain from the files. Not looked at: the order of columns,
 * comments, privileges, storage parameters, whether a constraint is validated, and values that an enum has got (Postgres
 * cannot take them away again).
 */
import type { Column, Constraint, Relation, TypeName } from './catalog.ts';
import { printType } from './names.ts';
import type { FunctionDefinition, UserType } from './objects.ts';
import { sameValue } from './sameValue.ts';

export interface SchemaState {
  relation(key: string): Relation | undefined;
  type(key: string): UserType | undefined;
  functions(name: string): readonly FunctionDefinition[];
}

export interface Difference {
  /** `left`: only the later state has it. `missing`: only the earlier one. `changed`: both have it, not alike. */
  readonly kind: 'left' | 'missing' | 'changed';
  /** A clause without a subject in front: `index i is still there`. */
  readonly words: string;
  readonly part: SchemaPart;
}

/** What it is that differs. */
export type SchemaPart =
  /** `schema.name` */
  | { readonly kind: 'relation' | 'type'; readonly key: string }
  | {
      readonly kind: 'column' | 'constraint' | 'trigger' | 'policy';
      /** `schema.name` */
      readonly table: string;
      readonly name: string;
    }
  | { readonly kind: 'row security'; readonly table: string }
  | { readonly kind: 'function'; readonly definition: FunctionDefinition };

/** `a` for `public.a`. */
const shown = (key: string): string => key.replace(/^public\./, '');

export function relationDifferences(key: string, before: SchemaState, after: SchemaState): Difference[] {
  const was = before.relation(key);
  const is = after.relation(key);
  if (!was && !is) return [];
  if (was?.temporary || is?.temporary) return [];
  if (!was || !is) return oneSided(key, was, is, before, after);
  if (!was.complete || !is.complete) return [];
  if (was.kind !== is.kind)
    return [changed(`${shown(key)} is a ${is.kind}, no longer a ${was.kind}`, { kind: 'relation', key })];
  const part: SchemaPart = { kind: 'relation', key };
  switch (was.kind) {
    case 'table':
    case 'partitioned':
      return tableDifferences(key, was, is);
    case 'view':
    case 'materialized view':
      return sameValue(namesOf(was), namesOf(is)) ? [] : [changed(`${was.kind} ${shown(key)} has other columns`, part)];
    case 'index':
      return was.index?.constraint === null && is.index?.constraint === null && !sameIndex(was, is)
        ? [changed(`index ${shown(key)} is another one`, part)]
        : [];
    default:
      return [];
  }
}

const left = (words: string, part: SchemaPart): Difference => ({
  kind: 'left',
  words: `${words} is still there`,
  part,
});
const missing = (words: string, part: SchemaPart): Difference => ({
  kind: 'missing',
  words: `${words} is not there again`,
  part,
});
const changed = (words: string, part: SchemaPart): Difference => ({ kind: 'changed', words, part });

function oneSided(
  key: string,
  was: Relation | undefined,
  is: Relation | undefined,
  before: SchemaState,
  after: SchemaState,
): Difference[] {
  const one = (was ?? is) as Relation;
  const there = was ? before : after;
  const other = was ? after : before;
  if (!one.complete && one.kind !== 'index') return [];
  if (one.kind === 'foreign table') return [];
  if (one.kind === 'index') {
    const { table, index } = one;
    // an index goes and comes with its constraint and with its table
    if (!index || index.constraint !== null || table === null || !other.relation(table)) return [];
    if (one.partitionOf !== null || !there.relation(table)?.complete || !other.relation(table)?.complete) return [];
    const twins = (other.relation(table)?.indexes ?? []).map((name) => other.relation(name));
    // under another name it does the same
    if (twins.some((twin) => twin?.index && twin.name !== one.name && sameIndex(one, twin))) return [];
  }
  if (one.kind === 'sequence' && one.ownedBy) return [];
  const words = `${one.kind === 'partitioned' ? 'table' : one.kind} ${shown(key)}`;
  return [(was ? missing : left)(words, { kind: 'relation', key })];
}

function tableDifferences(key: string, was: Relation, is: Relation): Difference[] {
  const table = shown(key);
  const columnPart = (name: string): SchemaPart => ({ kind: 'column', table: key, name });
  const found: Difference[] = [];
  for (const column of is.columns)
    if (!was.columns.some((c) => c.name === column.name))
      found.push(left(`column ${table}.${column.name}`, columnPart(column.name)));
  for (const column of was.columns) {
    const now = is.columns.find((c) => c.name === column.name);
    if (!now) found.push(missing(`column ${table}.${column.name}`, columnPart(column.name)));
    else found.push(...columnDifferences(`${table}.${column.name}`, column, now, columnPart(column.name)));
  }
  found.push(...constraintDifferences(key, was, is));
  found.push(...named('trigger', key, was.triggers, is.triggers), ...named('policy', key, was.policies, is.policies));
  if (was.rowSecurity.enabled !== is.rowSecurity.enabled)
    found.push(
      changed(`row-level security of ${table} is ${is.rowSecurity.enabled ? 'on, and was off' : 'off, and was on'}`, {
        kind: 'row security',
        table: key,
      }),
    );
  return found;
}

function columnDifferences(name: string, was: Column, is: Column, part: SchemaPart): Difference[] {
  const found: Difference[] = [];
  const add = (words: string): void => {
    found.push(changed(`column ${name} ${words}`, part));
  };
  if (was.type && is.type && !sameType(was.type, is.type))
    add(`is ${printType(is.type)}, and was ${printType(was.type)}`);
  if (was.notNull !== is.notNull) add(`is ${is.notNull ? 'NOT NULL, and was not' : 'nullable, and was NOT NULL'}`);
  if (was.identity !== is.identity || (was.generated === null) !== (is.generated === null))
    add('is generated in another way');
  else if (was.hasDefault !== is.hasDefault)
    add(`has ${is.hasDefault ? 'a default, and had none' : 'no default, and had one'}`);
  return found;
}

/** Without schemas where only one is written. */
export function sameType(a: TypeName, b: TypeName): boolean {
  const schema = a.schema === null || b.schema === null || a.schema === b.schema;
  return schema && plain(a.name) === plain(b.name) && a.array === b.array && sameValue(a.modifiers, b.modifiers);
}

const serials: Readonly<Record<string, string>> = { serial2: 'int2', serial4: 'int4', serial8: 'int8' };
const plain = (name: string): string => serials[name] ?? name;

function constraintDifferences(key: string, was: Relation, is: Relation): Difference[] {
  const [old, now] = [was, is].map((r) => r.constraints.filter((c) => c.kind !== 'not-null')) as [
    Constraint[],
    Constraint[],
  ];
  // of one without a known name nobody can say whether it is another one
  if ([...old, ...now].some((c) => c.name === null)) return [];
  const found: Difference[] = [];
  const table = shown(key);
  const part = (name: string | null): SchemaPart => ({ kind: 'constraint', table: key, name: name ?? '' });
  for (const constraint of now)
    if (!old.some((c) => c.name === constraint.name) && !old.some((c) => sameConstraint(c, constraint)))
      found.push(left(`constraint ${constraint.name} of ${table}`, part(constraint.name)));
  for (const constraint of old) {
    const same = now.find((c) => c.name === constraint.name);
    if (same ? sameConstraint(same, constraint) : now.some((c) => sameConstraint(c, constraint))) continue;
    found.push(
      same
        ? changed(`constraint ${constraint.name} of ${table} is another one`, part(constraint.name))
        : missing(`constraint ${constraint.name} of ${table}`, part(constraint.name)),
    );
  }
  return found;
}

/** Whatever its name. Of checks and exclusion constraints only the kind and the columns are compared. */
const sameConstraint = (a: Constraint, b: Constraint): boolean =>
  a.kind === b.kind &&
  sameValue(a.columns, b.columns) &&
  a.references === b.references &&
  (a.referencedColumns.length === 0 ||
    b.referencedColumns.length === 0 ||
    sameValue(a.referencedColumns, b.referencedColumns)) &&
  a.onDelete === b.onDelete &&
  a.onUpdate === b.onUpdate;

function named(
  kind: 'trigger' | 'policy',
  key: string,
  was: readonly { readonly name: string }[],
  is: readonly { readonly name: string }[],
): Difference[] {
  const without = (some: typeof was, others: typeof was) => some.filter((s) => !others.some((o) => o.name === s.name));
  const part = (name: string): SchemaPart => ({ kind, table: key, name });
  return [
    ...without(is, was).map(({ name }) => left(`${kind} ${name} of ${shown(key)}`, part(name))),
    ...without(was, is).map(({ name }) => missing(`${kind} ${name} of ${shown(key)}`, part(name))),
  ];
}

const namesOf = (relation: Relation): string[] => relation.columns.map((c) => c.name);

/** Expressions are not compared: Postgres may read two texts as one. */
function sameIndex(a: Relation, b: Relation): boolean {
  if (a.table !== b.table || !a.index || !b.index) return false;
  const [x, y] = [a.index, b.index].map(({ method, unique, include, keys, where }) => ({
    method,
    unique,
    include,
    keys: keys.map(({ column, descending }) => ({ column, descending })),
    partial: where !== null,
  }));
  return sameValue(x, y);
}

export function typeDifferences(key: string, before: SchemaState, after: SchemaState): Difference[] {
  const was = before.type(key);
  const is = after.type(key);
  const part: SchemaPart = { kind: 'type', key };
  if (!was && is?.complete) return [left(`type ${shown(key)}`, part)];
  if (was?.complete && !is) return [missing(`type ${shown(key)}`, part)];
  if (was?.kind !== 'enum' || is?.kind !== 'enum' || !was.complete || !is.complete) return [];
  const gone = was.values.filter((value) => !is.values.includes(value));
  return gone.length > 0 ? [changed(`type ${shown(key)} lacks the value '${gone[0]}'`, part)] : [];
}

/** @param touched whether the later statements did anything about functions of that name */
export function functionDifferences(
  name: string,
  before: SchemaState,
  after: SchemaState,
  touched: boolean,
): Difference[] {
  const [old, now] = [before.functions(name), after.functions(name)];
  const found: Difference[] = [];
  const part = (definition: FunctionDefinition): SchemaPart => ({ kind: 'function', definition });
  for (const f of now) if (!old.some((o) => sameSignature(o, f))) found.push(left(`${f.kind} ${written(f)}`, part(f)));
  for (const f of old) {
    const same = now.find((n) => sameSignature(n, f));
    if (!same) found.push(missing(`${f.kind} ${written(f)}`, part(f)));
    else if (!touched && words(same.body) !== words(f.body))
      found.push(changed(`${f.kind} ${written(f)} keeps its new body`, part(f)));
  }
  return found;
}

const written = ({ schema, name }: FunctionDefinition): string => `${shown(`${schema}.${name}`)}()`;
const words = (body: string | null): string =>
  (body ?? '')
    .replace(/--[^\n]*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

const inputs = (f: FunctionDefinition): string[] =>
  f.arguments
    .filter(({ mode }) => mode !== 'out' && mode !== 'table')
    .map(({ type }) => (type ? `${plain(type.name)}${type.array ? '[]' : ''}` : '?'));

const sameSignature = (a: FunctionDefinition, b: FunctionDefinition): boolean =>
  a.schema === b.schema && sameValue(inputs(a), inputs(b));
