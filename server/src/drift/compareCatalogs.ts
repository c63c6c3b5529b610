/** What the migration files make, against what a database has. Partitions are left out: they come and go by themselves. */
import { isBookkeeping } from '../catalog/bookkeeping.ts';
import type { Catalog, Relation } from '../catalog/catalog.ts';
import { keyOf } from '../catalog/catalog.ts';
import { printType } from '../catalog/names.ts';
import type { FunctionDefinition, UserType } from '../catalog/objects.ts';
import { compareTables, type Sides, sameType } from './compareTables.ts';
import { type Difference, Differences } from './difference.ts';

/** Schemas of migration tools and of platforms. */
const foreignSchemas =
  /^(?:sqitch|drizzle|supabase_migrations|atlas_schema_revisions|auth|storage|realtime|vault|graphql|graphql_public|extensions|pgbouncer|cron|net|pgsodium|pgsodium_masks|_realtime|supabase_functions)$/;

export function compareCatalogs(sides: Sides): Difference[] {
  const { files, database } = sides;
  const found: Difference[] = [];
  const others = new Differences(null);
  for (const name of files.namespaces.keys())
    if (name !== 'public' && !database.namespaces.has(name)) others.missing(`schema ${name}`);
  for (const name of files.extensions.keys())
    if (name !== 'plpgsql' && !database.extensions.has(name)) others.missing(`extension ${name}`);
  compareTypes(sides, others);
  compareFunctions(sides, others);
  const keys = new Set([...files.relations.keys(), ...database.relations.keys()]);
  for (const key of [...keys].sort()) {
    const differences = new Differences(key);
    compareRelation(sides, files.relations.get(key), database.relations.get(key), differences);
    found.push(...differences.found);
  }
  return [...others.found, ...found];
}

/** Whether the files tell all that there is: otherwise nothing is called extra. */
const isWhole = ({ doubts }: Catalog): boolean => !doubts.has('relations') && !doubts.has('origin');
const isDoubted = ({ doubts }: Catalog, key: string): boolean => doubts.has(`of ${key}`) || doubts.has(`older ${key}`);

function compareRelation(
  sides: Sides,
  files: Relation | undefined,
  database: Relation | undefined,
  found: Differences,
): void {
  if (files) {
    if (isLeftOut(files) || !files.complete || isDoubted(sides.files, keyOf(files))) return;
    if (!database) found.missing(words(files));
    else if (kindOf(files) !== kindOf(database)) found.differ(words(files), kindOf(files), kindOf(database));
    else if (kindOf(files) === 'table') compareTables(sides, files, database, found);
    else if (files.kind === 'view' || files.kind === 'materialized view')
      found.differ(words(files), columnNames(files), columnNames(database));
    return;
  }
  if (!database || isLeftOut(database) || !isWhole(sides.files)) return;
  if (foreignSchemas.test(database.schema) || isBookkeeping(database.name)) return;
  found.extra(words(database));
}

const isLeftOut = (r: Relation): boolean =>
  r.temporary ||
  r.partitionOf !== null ||
  r.kind === 'index' ||
  r.kind === 'foreign table' ||
  (r.kind === 'sequence' && r.ownedBy !== null);

const kindOf = ({ kind, partitionKey }: Relation): string =>
  kind === 'partitioned' || (kind === 'table' && partitionKey) ? 'table' : kind;
const words = (r: Relation): string => `${kindOf(r)} ${r.schema === 'public' ? r.name : keyOf(r)}`;
const columnNames = (r: Relation): string => `columns ${r.columns.map((c) => c.name).join(', ')}`;

function compareTypes({ files, database }: Sides, found: Differences): void {
  for (const [key, type] of files.types) {
    if (!type.complete || type.kind === 'base' || type.kind === 'range' || isDoubted(files, key)) continue;
    const name = `type ${type.schema === 'public' ? type.name : key}`;
    const other = database.types.get(key);
    if (!other) found.missing(name);
    else if (other.kind === type.kind) found.differ(name, typeWords(type), typeWords(other));
    else found.differ(name, type.kind, other.kind);
  }
  if (!isWhole(files) || files.doubts.has('types')) return;
  for (const [key, type] of database.types)
    if (!files.types.has(key) && !foreignSchemas.test(type.schema))
      found.extra(`type ${type.schema === 'public' ? type.name : key}`);
}

function typeWords(type: UserType): string | null {
  switch (type.kind) {
    case 'enum':
      return `values ${type.values.join(', ')}`;
    case 'domain':
      return type.base && `${plainType(type.base)}${type.notNull ? ' NOT NULL' : ''}`;
    case 'composite':
      return type.attributes.every((a) => a.type)
        ? type.attributes.map((a) => `${a.name} ${a.type ? plainType(a.type) : ''}`).join(', ')
        : null;
    default:
      return null;
  }
}

/** Without the schema, which a file may leave to the search path. */
const plainType = (type: Parameters<typeof printType>[0]): string => printType({ ...type, schema: null });

function compareFunctions({ files, database }: Sides, found: Differences): void {
  const names = new Set([...files.functions.keys(), ...database.functions.keys()]);
  for (const name of [...names].sort()) {
    const ours = (files.functions.get(name) ?? []).filter((f) => f.kind !== 'aggregate');
    const theirs = (database.functions.get(name) ?? []).filter((f) => f.kind !== 'aggregate');
    // one of the session is gone with it
    const isKnown = (f: FunctionDefinition): boolean =>
      f.schema !== 'pg_temp' && f.arguments.every((a) => a.type !== null);
    for (const f of ours) {
      if (!isKnown(f)) continue;
      const other = theirs.find((g) => sameSignature(f, g));
      if (!other) found.missing(functionWords(f));
      else {
        found.differ(functionWords(f), promisesOf(f), promisesOf(other));
        found.differ(
          functionWords(f),
          f.body === null ? null : 'this body',
          sameBody(f, other) ? 'this body' : 'another body',
        );
      }
    }
    if (!isWhole(files) || !ours.every(isKnown)) continue;
    for (const g of theirs)
      if (!ours.some((f) => sameSignature(f, g)) && !foreignSchemas.test(g.schema)) found.extra(functionWords(g));
  }
}

const inputs = (f: FunctionDefinition) => f.arguments.filter((a) => a.mode !== 'out' && a.mode !== 'table');

function sameSignature(a: FunctionDefinition, b: FunctionDefinition): boolean {
  const [ours, theirs] = [inputs(a), inputs(b)];
  return (
    a.schema === b.schema &&
    ours.length === theirs.length &&
    ours.every(({ type }, i) => {
      const other = theirs[i]?.type;
      // modifiers of an argument's type mean nothing
      return type && other && sameType({ ...type, modifiers: [] }, { ...other, modifiers: [] });
    })
  );
}

const functionWords = (f: FunctionDefinition): string =>
  `${f.kind} ${f.schema === 'public' ? '' : `${f.schema}.`}${f.name}(${inputs(f)
    .map((a) => (a.type ? plainType(a.type) : '?'))
    .join(', ')})`;

const promisesOf = (f: FunctionDefinition): string =>
  [
    f.language,
    f.volatility,
    ...(f.strict ? ['strict'] : []),
    ...(f.securityDefiner ? ['security definer'] : []),
    ...(f.settings.length > 0 ? [`SET ${[...f.settings].sort().join(', ')}`] : []),
  ].join(', ');

const sameBody = (a: FunctionDefinition, b: FunctionDefinition): boolean =>
  a.body === null || b.body === null || a.body === b.body;
