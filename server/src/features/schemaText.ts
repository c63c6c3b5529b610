/** What the schema looks like at a point of a history, as SQL. */
import type { Catalog, Relation, RelationKind } from '../catalog/catalog.ts';
import { keyOf } from '../catalog/catalog.ts';
import { relationDdl, schemaDdl } from '../ddl/schemaDdl.ts';
import type { SchemaAtParams, SchemaPoint, TableInfo } from '../protocol.ts';
import type { Parser } from '../syntax/parser.ts';
import { baseName, parent } from '../tools/paths.ts';
import type { Workspace } from '../workspace.ts';

const catalogAt = (workspace: Workspace, { uri, when }: SchemaPoint): Catalog =>
  when === 'before' ? workspace.schemaBefore(uri) : workspace.schemaAfter(uri);

export function schemaTextAt(workspace: Workspace, parser: Parser, params: SchemaAtParams): string {
  const { uri, when, table } = params;
  const name = baseName(uri) === 'migration.sql' ? baseName(parent(uri)) : baseName(uri);
  const title = `${when === 'before' ? 'Before' : 'After'} ${decodeURIComponent(name)}`;
  const catalog = catalogAt(workspace, params);
  if (table === undefined) return schemaDdl(catalog, parser, title);
  return relationDdl(catalog, parser, table, title) ?? `-- ${title}\n\n-- There is no table ${table} here.\n`;
}

const kinds: Readonly<Partial<Record<RelationKind, TableInfo['kind']>>> = {
  table: 'table',
  partitioned: 'partitioned table',
  view: 'view',
  'materialized view': 'materialized view',
  'foreign table': 'foreign table',
};

export function tablesAt(workspace: Workspace, point: SchemaPoint): TableInfo[] {
  const found: TableInfo[] = [];
  for (const relation of catalogAt(workspace, point).relations.values()) {
    const kind = kinds[relation.kind];
    if (kind && isShown(relation))
      found.push({ key: keyOf(relation), schema: relation.schema, name: relation.name, kind });
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

const isShown = (relation: Relation): boolean => !relation.temporary;
