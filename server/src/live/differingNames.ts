/**
 * What a migration finds otherwise than the connected database has it: that may have run more migrations than those before it, or
 * fewer. Nothing that the database says of these is told.
 */
import { type Catalog, columnOf, type Relation } from '../catalog/catalog.ts';
import { printType } from '../catalog/names.ts';
import type { FunctionDefinition, UserType } from '../catalog/objects.ts';

/** Bare names, in lower case; null where nothing is certain: the files create an extension that the database does not have. */
export function differingNames(files: Catalog, database: Catalog): ReadonlySet<string> | null {
  for (const name of files.extensions.keys()) if (name !== 'plpgsql' && !database.extensions.has(name)) return null;
  const names = new Set<string>();
  const add = (name: string): void => void names.add(name.toLowerCase());
  const types = new Set<string>();
  for (const [key, type] of files.types)
    if (!isSameType(type, database.types.get(key))) {
      add(type.name);
      types.add(type.name);
    }
  for (const [key, relation] of files.relations)
    if (relation.kind !== 'index' && !isSameRelation(relation, database.relations.get(key), types)) add(relation.name);
  for (const [name, definitions] of files.functions)
    if (!definitions.every((one) => database.functions.get(name)?.some((other) => isSameFunction(one, other))))
      add(name);
  for (const name of files.namespaces.keys()) if (!database.namespaces.has(name)) add(name);
  return names;
}

/** The columns of a view are what its query makes of others: whether that is the same is not known. */
function isSameRelation(files: Relation, database: Relation | undefined, types: ReadonlySet<string>): boolean {
  if (files.kind === 'sequence') return database?.kind === 'sequence';
  if (!database || files.kind !== database.kind || files.kind === 'view' || files.kind === 'materialized view')
    return false;
  return (
    files.complete &&
    files.columns.length === database.columns.length &&
    files.columns.every((column) => {
      const other = columnOf(database, column.name);
      return (
        column.type &&
        other?.type &&
        !types.has(column.type.name) &&
        printed(column.type) === printed(other.type) &&
        column.identity === other.identity &&
        (column.generated === null) === (other.generated === null)
      );
    }) &&
    primaryKeyOf(files) === primaryKeyOf(database)
  );
}

const primaryKeyOf = ({ constraints }: Relation): string =>
  [...(constraints.find(({ kind }) => kind === 'primary')?.columns ?? [])].sort().join('\n');

/** A file may leave a type's schema to the search path. */
const printed = (type: NonNullable<Relation['columns'][number]['type']>): string =>
  printType({ ...type, schema: null, modifiers: [] });

function isSameType(files: UserType, database: UserType | undefined): boolean {
  if (!database || files.kind !== database.kind) return false;
  if (files.kind === 'enum' && database.kind === 'enum') return files.values.join('\n') === database.values.join('\n');
  return files.kind === 'base';
}

const isSameFunction = (files: FunctionDefinition, database: FunctionDefinition): boolean =>
  files.kind === database.kind &&
  files.returnsSet === database.returnsSet &&
  files.arguments.length === database.arguments.length &&
  files.arguments.every(({ type, mode }, i) => {
    const other = database.arguments[i];
    return other?.type && type && mode === other.mode && printed(type) === printed(other.type);
  }) &&
  (files.returns === null) === (database.returns === null) &&
  (files.returns === null || database.returns === null || printed(files.returns) === printed(database.returns));
