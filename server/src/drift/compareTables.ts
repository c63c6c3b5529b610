/** A table as the files make it, against the same table in a database. */
import type { Catalog, Column, Constraint, Relation, TypeName } from '../catalog/catalog.ts';
import { printType } from '../catalog/names.ts';
import { typeKey } from '../ddl/print.ts';
import { plainDefault } from './defaults.ts';
import type { Differences } from './difference.ts';

export interface Sides {
  readonly files: Catalog;
  readonly database: Catalog;
}

const yes = (is: boolean, word: string): string => (is ? word : `no ${word}`);
const sorted = (items: readonly string[]): string => [...items].sort().join(', ');

export function compareTables(sides: Sides, files: Relation, database: Relation, found: Differences): void {
  const name = files.schema === 'public' ? files.name : `${files.schema}.${files.name}`;
  for (const column of files.columns) {
    const other = database.columns.find((c) => c.name === column.name);
    if (other) compareColumns(sides, `column ${name}.${column.name}`, column, other, found);
    else found.missing(`column ${name}.${column.name}`);
  }
  if (!sides.files.doubts.has('columns'))
    for (const { name: column } of database.columns)
      if (!files.columns.some((c) => c.name === column)) found.extra(`column ${name}.${column}`);
  compareConstraints(name, files, database, found);
  compareIndexes(sides, files, database, found);
  compareGuards(name, files, database, found);
}

function compareColumns(sides: Sides, what: string, files: Column, database: Column, found: Differences): void {
  const [type, other] = [files.type, database.type];
  if (type && other && !sameType(type, other)) found.differ(what, printType(type), printType(other));
  found.differ(what, yes(files.notNull, 'NOT NULL'), yes(database.notNull, 'NOT NULL'));
  if (files.identity !== database.identity || (files.generated === null) !== (database.generated === null)) {
    found.differ(what, valueWords(files), valueWords(database));
    return;
  }
  if (files.identity !== null || files.generated !== null) return;
  if (files.hasDefault !== database.hasDefault) {
    found.differ(what, yes(files.hasDefault, 'default'), yes(database.hasDefault, 'default'));
    return;
  }
  if (!type || !files.default || !database.default) return;
  const isEnum = enumOf(sides, type);
  const [said, has] = [plainDefault(files.default, type, isEnum), plainDefault(database.default, type, isEnum)];
  found.differ(what, said && `DEFAULT ${said}`, has && `DEFAULT ${has}`);
}

function enumOf({ files }: Sides, type: TypeName): boolean {
  const key = typeKey(files, type);
  return key !== null && files.types.get(key)?.kind === 'enum';
}

const valueWords = ({ identity, generated }: Column): string =>
  identity !== null
    ? `GENERATED ${identity.toUpperCase()} AS IDENTITY`
    : generated
      ? 'GENERATED ALWAYS AS (…)'
      : 'no generated value';

/** Schemas count where both are told: a file may leave them to the search path. */
export function sameType(a: TypeName, b: TypeName): boolean {
  if (a.name !== b.name || a.array !== b.array) return false;
  if (a.schema !== null && b.schema !== null && a.schema !== b.schema) return false;
  return a.name === 'interval' || modifiersOf(a) === modifiersOf(b);
}

const modifiersOf = ({ name, modifiers }: TypeName): string =>
  (name === 'numeric' && modifiers.length === 1 ? [...modifiers, 0] : modifiers).join();

function compareConstraints(table: string, files: Relation, database: Relation, found: Differences): void {
  // NOT NULL is told by the columns; a foreign key of a partition by its table
  const told = (c: Constraint): boolean => c.kind !== 'not-null';
  const unnamed = files.constraints.some((c) => told(c) && c.name === null);
  for (const c of files.constraints.filter(told)) {
    if (c.name === null) continue;
    const what = `constraint ${c.name} on ${table}`;
    const other = database.constraints.find((d) => d.name === c.name);
    if (!other) found.missing(what);
    else if (c.kind !== other.kind) found.differ(what, kindWords(c), kindWords(other));
    else {
      if (c.kind !== 'check' && c.kind !== 'exclude') found.differ(what, columnsOf(c), columnsOf(other));
      if (c.kind === 'foreign') found.differ(what, actionsOf(c), actionsOf(other));
      found.differ(what, yes(c.validated, 'validated'), yes(other.validated, 'validated'));
      found.differ(what, yes(c.deferrable, 'deferrable'), yes(other.deferrable, 'deferrable'));
    }
  }
  if (unnamed) return;
  for (const c of database.constraints.filter(told))
    if (!files.constraints.some((d) => d.name === c.name)) found.extra(`constraint ${c.name} on ${table}`);
}

const kindWords = ({ kind }: Constraint): string => (kind === 'foreign' ? 'foreign key' : `${kind} constraint`);
const columnsOf = (c: Constraint): string =>
  c.kind === 'foreign'
    ? `(${c.columns.join(', ')}) → ${c.references} (${c.referencedColumns.join(', ')})`
    : `(${c.columns.join(', ')})`;
const actionsOf = (c: Constraint): string => `ON UPDATE ${c.onUpdate}, ON DELETE ${c.onDelete}`.toUpperCase();

function indexesOf(catalog: Catalog, table: Relation): Map<string, Relation> {
  const found = new Map<string, Relation>();
  for (const key of table.indexes) {
    const index = catalog.relations.get(key);
    if (index?.index && index.index.constraint === null) found.set(index.name, index);
  }
  return found;
}

function compareIndexes(sides: Sides, files: Relation, database: Relation, found: Differences): void {
  const [ours, theirs] = [indexesOf(sides.files, files), indexesOf(sides.database, database)];
  for (const [name, index] of ours) {
    const other = theirs.get(name);
    if (other) found.differ(`index ${name}`, indexWords(index), indexWords(other));
    else if (!database.indexes.includes(`${index.schema}.${name}`)) found.missing(`index ${name}`);
  }
  for (const [name, index] of theirs)
    if (!ours.has(name) && !files.indexes.includes(`${index.schema}.${name}`)) found.extra(`index ${name}`);
}

/** Expressions by their presence only: Postgres prints them in its own words. */
function indexWords({ index }: Relation): string {
  if (!index) return '';
  const keys = index.keys.map(
    (k) =>
      `${k.column ?? '(…)'}${k.descending ? ' DESC' : ''}${k.nullsFirst === k.descending ? '' : k.nullsFirst ? ' NULLS FIRST' : ' NULLS LAST'}`,
  );
  return [
    `${index.unique ? 'UNIQUE ' : ''}${index.method} (${keys.join(', ')})`,
    ...(index.include.length > 0 ? [`INCLUDE (${index.include.join(', ')})`] : []),
    ...(index.nullsNotDistinct ? ['NULLS NOT DISTINCT'] : []),
    ...(index.where ? ['WHERE …'] : []),
  ].join(' ');
}

function compareGuards(table: string, files: Relation, database: Relation, found: Differences): void {
  const security = (r: Relation): string => yes(r.rowSecurity.enabled, 'row level security');
  found.differ(`table ${table}`, security(files), security(database));
  if (files.rowSecurity.enabled && database.rowSecurity.enabled)
    found.differ(
      `table ${table}`,
      yes(files.rowSecurity.forced, 'forced row level security'),
      yes(database.rowSecurity.forced, 'forced row level security'),
    );
  compareByName(`policy`, table, files.policies, database.policies, found, (p) =>
    [
      p.permissive ? 'permissive' : 'restrictive',
      p.command,
      yes(p.using !== null, 'USING'),
      yes(p.check !== null, 'WITH CHECK'),
    ].join(', '),
  );
  compareByName('trigger', table, files.triggers, database.triggers, found, (t) =>
    [
      t.timing,
      t.events.join(' or '),
      t.perRow ? 'for each row' : 'for each statement',
      `of (${sorted(t.columns)})`,
      yes(t.when !== null, 'WHEN'),
      `${t.functionName.at(-1)}()`,
      t.enabled ? 'enabled' : 'disabled',
    ].join(', '),
  );
}

function compareByName<T extends { readonly name: string }>(
  kind: string,
  table: string,
  files: readonly T[],
  database: readonly T[],
  found: Differences,
  words: (item: T) => string,
): void {
  for (const item of files) {
    const other = database.find((o) => o.name === item.name);
    if (other) found.differ(`${kind} ${item.name} on ${table}`, words(item), words(other));
    else found.missing(`${kind} ${item.name} on ${table}`);
  }
  for (const { name } of database)
    if (!files.some((item) => item.name === name)) found.extra(`${kind} ${name} on ${table}`);
}
