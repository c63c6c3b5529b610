/** The statements that build an index while others write, behind a history's last migration. */
import { type Catalog, type Relation, relationKey } from '../catalog/catalog.ts';
import { sameValue } from '../catalog/sameValue.ts';
import { Reviewer } from '../document.ts';
import { indexStatement } from '../explain/advice/advice.ts';
import { fileName } from '../history/followUps.ts';
import type { IndexProposal } from '../protocol.ts';
import { sourceFor } from '../sources/index.ts';
import { quoteIdentifier } from '../syntax/identifiers.ts';
import { Text } from '../text/text.ts';
import type { NewMigration } from '../tools/tool.ts';
import type { HistoryEnd } from '../workspace.ts';

export interface Build {
  /** In the order in which they are to run. */
  readonly migrations: readonly NewMigration[];
  /** The index, as it will stand in the catalog. */
  readonly made: Relation;
}

/** A sentence where such an index is there already, or cannot be built so that others may write. */
export function buildOf(index: IndexProposal, read: Relation, end: HistoryEnd): Build | string {
  const { relations } = end.base;
  // a plan names the partitions that it reads; the index is their parent's
  let relation = read;
  while (relation.partitionOf !== null)
    relation = relations.get(relation.partitionOf) ?? { ...read, partitionOf: null };
  const sql = (on: string, words: string): string =>
    indexStatement({ ...index, table: on }).replace('CREATE INDEX CONCURRENTLY', words);
  const table = qualified(relation.schema, relation.name);
  const after = schemaBehind(sql(table, 'CREATE INDEX'), end);
  const key = relationKey(relation.schema, relation.name);
  const made = relationsOf(
    after,
    after.get(key)?.indexes.filter((each) => !relation.indexes.includes(each)),
  )[0];
  if (!made?.index) return `Nothing is known of an index on ${relation.name} that could be made there.`;
  const same = relationsOf(relations, relation.indexes).find((other) => serves(other, made));
  if (same)
    return `The migrations make an index already that serves as this one would: ${same.name}. The database may be behind them.`;
  const name = quoteIdentifier(made.name);
  const own = qualified(made.schema, made.name);
  if (relation.kind !== 'partitioned')
    return {
      migrations: [
        {
          name: fileName(`create ${made.name}`),
          statements: [sql(table, `CREATE INDEX CONCURRENTLY ${name}`)],
          undo: [`DROP INDEX CONCURRENTLY IF EXISTS ${own}`],
          outsideTransaction: true,
        },
      ],
      made,
    };
  const parts = relationsOf(after, made.partitions);
  if (parts.length < relation.partitions.length || parts.some((part) => part.partitions.length > 0))
    return `${relation.name} has partitions that are partitioned again, or no tables: the steps cannot be told.`;
  const there = parts.find((part) => relations.has(relationKey(part.schema, part.name)));
  if (there)
    return `A partition of ${relation.name} has such an index already, ${there.name}: the steps to one of all partitions cannot be undone.`;
  // what locks the partitioned table comes first: it may fail by its lock_timeout and be run again
  const above: NewMigration = {
    name: fileName(`create ${made.name}`),
    statements: [briefly, sql(`ONLY ${table}`, `CREATE INDEX ${name}`)],
    undo: [briefly, `DROP INDEX IF EXISTS ${own}`],
    outsideTransaction: false,
  };
  const below: NewMigration = {
    name: fileName(`attach to ${made.name}`),
    statements: parts.flatMap((part) => {
      const on = qualified(part.schema, after.get(part.table ?? '')?.name ?? '');
      return [
        sql(on, `CREATE INDEX CONCURRENTLY ${quoteIdentifier(part.name)}`),
        `ALTER INDEX ${own} ATTACH PARTITION ${qualified(part.schema, part.name)}`,
      ];
    }),
    // they go with the index above
    undo: [],
    outsideTransaction: true,
  };
  return { migrations: [above, below], made };
}

const briefly = "SET lock_timeout = '5s'";

const relationsOf = (all: Catalog['relations'], keys: readonly string[] = []): Relation[] =>
  keys.flatMap((key) => all.get(key) ?? []);

/** Whether an index that is there does what the new one would: it is the same, or begins with its columns. */
function serves({ index: other }: Relation, { index: made }: Relation): boolean {
  if (!other || !made) return false;
  if (sameValue({ ...other, unique: false, constraint: null }, made)) return true;
  const isBtree = other.method === 'btree' && made.method === 'btree';
  const isWhole = other.where === null && made.where === null && made.include.length === 0;
  return isBtree && isWhole && made.keys.every((key, i) => sameValue(key, other.keys[i]));
}

/** What Postgres makes of a statement behind the history: it also chooses names. */
function schemaBehind(sql: string, { base, options, parser, place }: HistoryEnd): Catalog['relations'] {
  const uri = `${place.folder}/index.sql`;
  const pieces = sourceFor(uri)?.read(uri, Text.of(`${sql};\n`), parser) ?? [];
  const reviewer = new Reviewer(() => options);
  reviewer.update([{ uri, pieces, reviewed: false }], base);
  return reviewer.catalogAfter().relations;
}

const qualified = (schema: string, name: string): string =>
  `${schema === 'public' ? '' : `${quoteIdentifier(schema)}.`}${quoteIdentifier(name)}`;
