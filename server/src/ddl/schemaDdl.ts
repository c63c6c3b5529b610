/**
 * The schema of the catalog as one SQL script, in an order in which it runs on an empty Postgres. What the files do not tell
 * is said in comments.
 */
import type { Node } from '@pgsql/types';
import { type Catalog, keyOf, type Relation, relationKey, type TypeName } from '../catalog/catalog.ts';
import { nameParts } from '../catalog/names.ts';
import type { FunctionDefinition } from '../catalog/objects.ts';
import type { Parser } from '../syntax/parser.ts';
import { walk } from '../syntax/walk.ts';
import { functionStatement, guardStatements, typeStatements, viewStatement } from './objectDdl.ts';
import { identifier, literal, nameList, qualified, relationName, TreePrinter, typeKey, typeText } from './print.ts';
import {
  foreignKeyStatements,
  indexText,
  onlyIndexStatements,
  type Printing,
  sequenceOf,
  serialName,
  tableStatements,
} from './tableDdl.ts';

interface Item {
  readonly key: string;
  /** Keys of what has to be there before. */
  readonly needs: readonly string[];
  readonly sql: string;
}

/** What is never among the catalog's facts. */
const header = `-- The schema that the migration files make, written down by pgreview.
-- Not shown: owners and privileges, options of sequences, storage and statistics of columns, comments
-- on columns, the names of NOT NULL constraints, foreign tables.`;

/**
 * @param title said in the first line
 * @returns one script; the same schema gives the same text
 */
export function schemaDdl(catalog: Catalog, parser: Parser, title: string | null = null): string {
  const p: Printing = { catalog, trees: new TreePrinter(parser) };
  const relations = [...catalog.relations.values()].filter((r) => !r.temporary).sort(byName);
  const others = [...catalog.namespaces.keys()].filter((name) => name !== 'public').sort();
  const functions = functionsOf(catalog);
  const parts = [
    `${title === null ? '' : `-- ${title}\n`}${header}`,
    ...doubtLines(catalog),
    ...(functions.some((f) => f.kind !== 'aggregate') ? ['SET check_function_bodies = off;'] : []),
    ...others.map((name) => `CREATE SCHEMA ${identifier(name)};`),
    ...(others.length > 0 ? [`SET search_path = public, ${nameList(others)};`] : []),
    ...[...catalog.extensions.values()].flatMap(({ name, schema }) =>
      name === 'plpgsql'
        ? []
        : [`CREATE EXTENSION IF NOT EXISTS ${identifier(name)}${schema ? ` SCHEMA ${identifier(schema)}` : ''};`],
    ),
    ...inOrder([...typeItems(p), ...functionItems(p), ...relations.flatMap((r) => relationItem(p, r))]),
    ...relations.flatMap((r) => (isTable(r) && r.complete ? foreignKeyStatements(p, r).map(ended) : [])),
    ...relations.flatMap((r) => (r.kind === 'partitioned' ? onlyIndexStatements(p, r).map(ended) : [])),
    ...relations.flatMap((r) => (r.kind !== 'index' ? guardStatements(p, r).map(ended) : [])),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** What the files leave open. */
function doubtLines({ doubts }: Catalog): string[] {
  const lines = [
    (doubts.has('relations') || doubts.has('types') || doubts.has('columns')) &&
      '-- Some statements are only made when they run (EXECUTE and the like): there may be more than what is here, or less.',
    doubts.has('origin') &&
      '-- The files alter what they do not create: they begin with a schema that they do not tell.',
  ];
  return lines.filter((line) => line !== false);
}

/** One table or view with all that belongs to it; null where there is none of that key. */
export function relationDdl(catalog: Catalog, parser: Parser, key: string, title: string | null = null): string | null {
  const relation = catalog.relations.get(key);
  if (!relation || relation.kind === 'index') return null;
  const p: Printing = { catalog, trees: new TreePrinter(parser) };
  const parts = [
    ...(title === null ? [] : [`-- ${title}`]),
    ...relationItem(p, relation).map((item) => item.sql),
    ...(isTable(relation) && relation.complete ? foreignKeyStatements(p, relation).map(ended) : []),
    ...onlyIndexStatements(p, relation).map(ended),
    ...guardStatements(p, relation).map(ended),
    ...relation.referencedBy.map(
      (r) => `-- referenced by ${relationName(catalog, r.table)}${r.name === null ? '' : ` (${identifier(r.name)})`}`,
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

const isTable = (r: Relation): boolean => r.kind === 'table' || r.kind === 'partitioned';
const ended = (sql: string): string => `${sql};`;
const byName = (a: Relation, b: Relation): number => (keyOf(a) < keyOf(b) ? -1 : 1);

function typeItems(p: Printing): Item[] {
  return [...p.catalog.types.values()]
    .map((type): Item => {
      const name = qualified(type.schema, type.name);
      const statements = type.complete ? typeStatements(p, type) : [];
      const parts =
        type.kind === 'domain' ? [type.base] : type.kind === 'composite' ? type.attributes.map((a) => a.type) : [];
      const needs = type.kind === 'domain' ? type.checks.flatMap((c) => functionsIn(c.expression)) : [];
      return {
        key: relationKey(type.schema, type.name),
        needs: [...typesOf(p.catalog, parts), ...needs],
        sql:
          statements.length > 0
            ? statements.map(ended).join('\n')
            : `-- Type ${name}: the files do not tell all of it.`,
      };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Those of a session are gone with it. */
const functionsOf = ({ functions }: Catalog): FunctionDefinition[] =>
  [...functions.values()].flat().filter((f) => f.schema !== 'pg_temp');

function functionItems(p: Printing): Item[] {
  return functionsOf(p.catalog)
    .map((f): Item => {
      const types = [f.returns, ...f.arguments.map((a) => a.type)];
      const body: string[] = [];
      walk(f.tree, (type, node) => {
        if (type === 'RangeVar')
          body.push(...relationsNamed(p.catalog, node as { schemaname?: string; relname?: string }));
      });
      const sql = functionStatement(p, f);
      return {
        key: functionKey(f.name),
        needs: [...typesOf(p.catalog, types), ...body, ...functionsIn(f.tree)],
        sql:
          sql === null ? `-- ${f.kind} ${qualified(f.schema, f.name)}: the files do not tell all of it.` : ended(sql),
      };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

const functionKey = (name: string): string => `function ${name}`;

function relationItem(p: Printing, r: Relation): Item[] {
  const key = keyOf(r);
  const comment = commentsOn(p, r);
  switch (r.kind) {
    case 'index':
      return [];
    case 'sequence': {
      const table = p.catalog.relations.get(r.ownedBy?.table ?? '');
      const column = table?.columns.find((c) => c.name === r.ownedBy?.column);
      const isMade = table && column && (column.identity !== null || serialName(p, table, column) !== null);
      if (isMade && sequenceOf(p.catalog, table, column.name) === r) return [];
      return [{ key, needs: [], sql: [`CREATE SEQUENCE ${qualified(r.schema, r.name)};`, ...comment].join('\n') }];
    }
    case 'view':
    case 'materialized view': {
      const sql = viewStatement(p, r);
      if (sql === null) return [unknownRelation(p, r)];
      const indexes = r.indexes.flatMap((index) => {
        const found = p.catalog.relations.get(index);
        return found?.index ? [ended(indexText(p, found, found.index, r))] : [];
      });
      return [
        { key, needs: [...r.reads, ...functionsIn(r.query)], sql: [ended(sql), ...indexes, ...comment].join('\n') },
      ];
    }
    case 'foreign table':
      return [unknownRelation(p, r)];
    default: {
      if (!r.complete) return [unknownRelation(p, r)];
      const owned = r.sequences.flatMap((sequence) => ownership(p, r, sequence));
      return [
        { key, needs: tableNeeds(p, r), sql: [...tableStatements(p, r).map(ended), ...owned, ...comment].join('\n') },
      ];
    }
  }
}

/** ALTER SEQUENCE … OWNED BY, where neither `serial` nor an identity says it. */
function ownership(p: Printing, table: Relation, key: string): string[] {
  const sequence = p.catalog.relations.get(key);
  const column = table.columns.find((c) => c.name === sequence?.ownedBy?.column);
  if (!sequence || !column || column.identity !== null || serialName(p, table, column) !== null) return [];
  const owner = `${qualified(table.schema, table.name)}.${identifier(column.name)}`;
  return [`ALTER SEQUENCE ${qualified(sequence.schema, sequence.name)} OWNED BY ${owner};`];
}

function tableNeeds({ catalog }: Printing, table: Relation): string[] {
  const expressions = [
    ...table.columns.flatMap((c) => [c.default, c.generated?.expression]),
    ...table.constraints.map((c) => c.expression),
    ...(table.partitionKey?.expressions ?? []),
    ...table.indexes.flatMap((key) => {
      const index = catalog.relations.get(key)?.index;
      return [...(index?.keys.map((k) => k.expression) ?? []), index?.where];
    }),
  ];
  return [
    ...typesOf(
      catalog,
      table.columns.map((c) => c.type),
    ),
    ...expressions.flatMap((e) => [...functionsIn(e), ...sequencesIn(e)]),
    ...table.sequences,
    ...table.inherits,
    ...(table.partitionOf === null ? [] : [table.partitionOf]),
  ];
}

const typesOf = (catalog: Catalog, types: readonly (TypeName | null)[]): string[] =>
  types.flatMap((type) => (type && typeKey(catalog, type)) ?? []);

const relationsNamed = (
  catalog: Catalog,
  { schemaname, relname = '' }: { schemaname?: string; relname?: string },
): string[] =>
  schemaname !== undefined
    ? [relationKey(schemaname, relname)]
    : ['public', ...catalog.namespaces.keys()].map((schema) => relationKey(schema, relname));

function functionsIn(tree: Node | null | undefined): string[] {
  const found: string[] = [];
  walk(tree, (type, node) => {
    if (type === 'FuncCall') found.push(functionKey(nameParts((node as { funcname?: Node[] }).funcname).at(-1) ?? ''));
  });
  return found;
}

/** Keys of the sequences that `nextval('…')` names. */
function sequencesIn(tree: Node | null | undefined): string[] {
  const found: string[] = [];
  walk(tree, (type, node) => {
    if (type !== 'A_Const') return;
    const text = (node as { sval?: { sval?: string } }).sval?.sval;
    if (text === undefined) return;
    const parts = text.split('.').map((part) => part.replaceAll('"', ''));
    found.push(parts.length === 1 ? relationKey('public', parts[0] ?? '') : parts.slice(-2).join('.'));
  });
  return found;
}

/** As comments: what the files tell of something that they did not create, or that cannot be written. */
function unknownRelation(p: Printing, r: Relation): Item {
  const lines = r.columns.map((c) =>
    `--   ${identifier(c.name)} ${c.type ? typeText(p.catalog, c.type) : ''}`.trimEnd(),
  );
  const said = [`-- ${r.kind} ${qualified(r.schema, r.name)}: the files do not tell all of it.`, ...lines];
  return { key: keyOf(r), needs: [], sql: said.join('\n') };
}

const commentKinds: Readonly<Record<string, string>> = {
  partitioned: 'TABLE',
  'foreign table': 'FOREIGN TABLE',
  'materialized view': 'MATERIALIZED VIEW',
};

function commentsOn(p: Printing, r: Relation): string[] {
  const own =
    r.comment === null
      ? []
      : [
          `COMMENT ON ${commentKinds[r.kind] ?? r.kind.toUpperCase()} ${qualified(r.schema, r.name)} IS ${literal(r.comment)};`,
        ];
  const rules = r.dependents.flatMap((d) =>
    d.kind === 'rule' ? [`-- Rule ${identifier(d.name)} on ${qualified(r.schema, r.name)} is not shown.`] : [],
  );
  const ofIndexes = r.indexes.flatMap((key) => {
    const index = p.catalog.relations.get(key);
    return index && index.comment !== null ? commentsOn(p, index) : [];
  });
  return [...own, ...ofIndexes, ...rules];
}

/** Each behind what it needs, otherwise as given; where they need one another, as given. */
function inOrder(items: readonly Item[]): string[] {
  const byKey = new Map<string, Item[]>();
  for (const item of items) byKey.set(item.key, [...(byKey.get(item.key) ?? []), item]);
  const seen = new Set<Item>();
  const ordered: string[] = [];
  const visit = (item: Item): void => {
    if (seen.has(item)) return;
    seen.add(item);
    for (const key of item.needs) for (const needed of byKey.get(key) ?? []) visit(needed);
    ordered.push(item.sql);
  };
  for (const item of items) visit(item);
  return ordered;
}
