/** What differs, as two texts of SQL to be laid side by side. */
import type { Node } from '@pgsql/types';
import type { Catalog, Relation } from '../catalog/catalog.ts';
import { relationDdl } from '../ddl/schemaDdl.ts';
import type { Parser } from '../syntax/parser.ts';
import type { Sides } from './compareTables.ts';
import type { Difference } from './difference.ts';

export function driftTexts(
  { files, database }: Sides,
  differences: readonly Difference[],
  parser: Parser,
): { readonly files: string; readonly database: string } {
  const keys = [...new Set(differences.flatMap((d) => d.relation ?? []))].sort();
  const [ours, theirs] = [plain(files, keys), plain(database, keys)];
  const text = (catalog: Catalog, isFiles: boolean): string => {
    const others = differences.filter((d) => d.relation === null).flatMap((d) => line(d, isFiles));
    const tables = keys.flatMap((key) => relationDdl(catalog, parser, key) ?? []);
    return [...(others.length > 0 ? [`${others.join('\n')}\n`] : []), ...tables].join('\n');
  };
  return { files: text(ours, true), database: text(theirs, false) };
}

/** What belongs to no table is named only. */
function line({ kind, object, files, database }: Difference, isFiles: boolean): string[] {
  if (kind === 'different') return [`-- ${object}: ${isFiles ? files : database}`];
  return (kind === 'missing') === isFiles ? [`-- ${object}`] : [];
}

/** In one form and order: Postgres casts constants to their column's type, people rarely do. */
function plain(catalog: Catalog, keys: readonly string[]): Catalog {
  return {
    ...catalog,
    relations: catalog.relations.withMutations((relations) => {
      for (const key of keys) {
        const relation = relations.get(key);
        if (relation) relations.set(key, inOneForm(relation));
      }
    }),
  };
}

const inOneForm = (relation: Relation): Relation => ({
  ...relation,
  columns: relation.columns.map((c) => ({ ...c, default: c.default && withoutCast(c.default) })),
  constraints: byName(relation.constraints),
  indexes: [...relation.indexes].sort(),
  policies: byName(relation.policies),
  triggers: byName(relation.triggers),
  referencedBy: byName(relation.referencedBy),
});

const byName = <T extends { readonly name: string | null }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1));

function withoutCast(node: Node): Node {
  const inner = 'TypeCast' in node ? node.TypeCast.arg : undefined;
  return inner && ('A_Const' in inner || 'TypeCast' in inner) ? withoutCast(inner) : node;
}
