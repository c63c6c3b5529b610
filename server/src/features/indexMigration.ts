/**
 * An index that a plan's finding proposes, as a migration: built CONCURRENTLY, by the tool of the history that makes the table,
 * and listed in Prisma's schema, which would drop it otherwise.
 */
import type { RangeVar } from '@pgsql/types';
import type { TextEdit } from 'vscode-languageserver-types';
import { type Catalog, type Relation, relationKey } from '../catalog/catalog.ts';
import { finalSchema } from '../catalog/finalSchema.ts';
import { sameValue } from '../catalog/sameValue.ts';
import { Reviewer } from '../document.ts';
import { indexStatement } from '../explain/advice/advice.ts';
import { fileName, writeFollowUps } from '../history/followUps.ts';
import type { History } from '../history/history.ts';
import type { IndexProposal } from '../protocol.ts';
import { tableOf } from '../rules/prisma/databaseTable.ts';
import { keptIndex } from '../rules/prisma/keptIndex.ts';
import { sourceFor } from '../sources/index.ts';
import { quoteIdentifier } from '../syntax/identifiers.ts';
import type { Parser } from '../syntax/parser.ts';
import { type LineDocument, Text } from '../text/text.ts';
import type { NewFile, NewMigration } from '../tools/tool.ts';
import type { HistoryEnd, Workspace } from '../workspace.ts';
import { rangeOf, withLineEnds } from './place.ts';

export type IndexMigration =
  | {
      readonly kind: 'migration';
      /** In the order in which they are to be written. */
      readonly created: readonly NewFile[];
      /** Of files that are there. */
      readonly edits: readonly { readonly uri: string; readonly edits: readonly TextEdit[] }[];
    }
  /** No migration can be written: the statement, and why, in one sentence. */
  | { readonly kind: 'script'; readonly sql: string; readonly reason: string }
  | { readonly kind: 'error'; readonly message: string };

export interface IndexMigrationContext {
  readonly workspace: Workspace;
  readonly parser: Parser;
  /** For files of Prisma's; null for one that is not known. */
  documentOf(uri: string): LineDocument | null;
}

/** @param uri of the file with the statement that the index is for */
export function indexMigration(uri: string, index: IndexProposal, context: IndexMigrationContext): IndexMigration {
  const { workspace, parser } = context;
  const table = tableNamed(index, parser);
  if (!table) return { kind: 'error', message: 'This is no index that Postgres could make.' };
  const script = (reason: string): IndexMigration => ({ kind: 'script', sql: `${indexStatement(index)};\n`, reason });
  const maker = makerOf(table, uri, workspace);
  if (typeof maker === 'string') return script(maker);
  const { history, relation } = maker;
  const end = workspace.endBehind(history);
  const tool = history.tool;
  if (!tool.write && !tool.append && !tool.writeListed)
    return script(tool.whyNoNewFile ?? `${baseNameOf(history)} is no folder that new migrations are put into.`);
  if (!workspace.createsFiles) return script('The editor creates no files.');
  const built = buildOf(index, relation, end);
  if (typeof built === 'string') return { kind: 'error', message: built };
  const migration: NewMigration = {
    name: fileName(`create ${built.name}`),
    statements: built.statements,
    undo: built.undo,
    outsideTransaction: true,
  };
  const files = writtenBehind(migration, history, end, context);
  if (!files) return script(`The name of a new migration behind ${baseNameOf(history)} cannot be told.`);
  const schemaEdits = editsOfSchema(history, relation, built, context);
  return { kind: 'migration', created: files.created, edits: [...files.edits, ...schemaEdits] };
}

/** Null when it is no statement that makes one index: the proposal has been to the client and back. */
function tableNamed(index: IndexProposal, parser: Parser): RangeVar | null {
  const parsed = parser.parse(indexStatement(index));
  if (parsed.kind !== 'tree' || parsed.stmts.length !== 1) return null;
  const node = parsed.stmts[0]?.stmt;
  return node && 'IndexStmt' in node ? (node.IndexStmt.relation ?? null) : null;
}

interface Maker {
  readonly history: History;
  readonly relation: Relation;
}

/** The history whose migrations make the table: the statement's own, or the only one. A sentence where there is none. */
function makerOf(table: RangeVar, uri: string, workspace: Workspace): Maker | string {
  const makers = workspace.histories.flatMap((history): Maker[] => {
    const relation = relationIn(workspace.endBehind(history).base, table);
    return relation ? [{ history, relation }] : [];
  });
  const own = workspace.filesBefore(uri)?.history;
  const found = makers.find(({ history }) => history === own) ?? makers[0];
  if (!found) return `No migrations of the workspace make the table ${table.relname}.`;
  const others = makers.filter(({ history }) => history.tool.id !== 'dump' && history !== found.history);
  if (found.history !== own && others.length > 0)
    return `${others.length + 1} migration histories make a table ${table.relname}: which of them the index belongs to is not known.`;
  return found;
}

/** A plan tells the schema of a table with VERBOSE only: without it there must be one table of that name. */
function relationIn({ relations }: Catalog, { schemaname, relname = '' }: RangeVar): Relation | null {
  const isTable = ({ kind, complete }: Relation): boolean =>
    complete && (kind === 'table' || kind === 'partitioned' || kind === 'materialized view');
  if (schemaname) {
    const named = relations.get(relationKey(schemaname, relname));
    return named && isTable(named) ? named : null;
  }
  const found: Relation[] = [];
  for (const relation of relations.values()) if (relation.name === relname && isTable(relation)) found.push(relation);
  return found.length === 1 ? (found[0] as Relation) : (found.find(({ schema }) => schema === 'public') ?? null);
}

interface Build {
  /** Of the index, as SQL. */
  readonly name: string;
  readonly statements: readonly string[];
  readonly undo: readonly string[];
  /** The index, as it will stand in the catalog. */
  readonly made: Relation;
}

/** A sentence where such an index is there already, or cannot be built so that others may write. */
function buildOf(index: IndexProposal, read: Relation, end: HistoryEnd): Build | string {
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
  const same = relationsOf(relations, relation.indexes).find((other) => isLike(other, made));
  if (same) return `The migrations make such an index already: ${same.name}.`;
  const name = quoteIdentifier(made.name);
  const own = qualified(made.schema, made.name);
  if (relation.kind !== 'partitioned')
    return {
      name: made.name,
      statements: [sql(table, `CREATE INDEX CONCURRENTLY ${name}`)],
      undo: [`DROP INDEX CONCURRENTLY IF EXISTS ${own}`],
      made,
    };
  const parts = relationsOf(after, made.partitions);
  if (parts.length < relation.partitions.length || parts.some((part) => part.partitions.length > 0))
    return `${relation.name} has partitions that are partitioned again, or no tables: the steps cannot be told.`;
  const steps = parts.flatMap((part) => {
    const partition = after.get(part.table ?? '');
    const on = qualified(part.schema, partition?.name ?? '');
    const isThere = relations.has(relationKey(part.schema, part.name));
    return [
      ...(isThere ? [] : [sql(on, `CREATE INDEX CONCURRENTLY ${quoteIdentifier(part.name)}`)]),
      `ALTER INDEX ${own} ATTACH PARTITION ${qualified(part.schema, part.name)}`,
    ];
  });
  const above = sql(`ONLY ${table}`, `CREATE INDEX ${name}`);
  return { name: made.name, statements: [above, ...steps], undo: [`DROP INDEX IF EXISTS ${own}`], made };
}

const relationsOf = (all: Catalog['relations'], keys: readonly string[] = []): Relation[] =>
  keys.flatMap((key) => all.get(key) ?? []);

const isLike = ({ index }: Relation, { index: made }: Relation): boolean =>
  index !== null && sameValue({ ...index, unique: false, constraint: null }, made);

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

interface Written {
  readonly created: readonly NewFile[];
  readonly edits: readonly { readonly uri: string; readonly edits: readonly TextEdit[] }[];
}

function writtenBehind(
  migration: NewMigration,
  { tool, files }: History,
  { place }: HistoryEnd,
  { documentOf }: IndexMigrationContext,
): Written | null {
  if (tool.write) {
    const created = writeFollowUps([migration], place);
    return created && { created, edits: [] };
  }
  const listed = tool.writeListed?.(migration, place);
  if (listed) {
    if (listed.created.some((file) => place.exists(file.uri))) return null;
    return { created: listed.created, edits: [atEnd(Text.of(place.read(listed.list)), listed.list, listed.added)] };
  }
  const last = files.at(-1) as string;
  const document = documentOf(last);
  const added = document && tool.append?.(migration, document.getText());
  return added ? { created: [], edits: [atEnd(Text.of(document.getText()), last, added)] } : null;
}

function atEnd(text: Text, uri: string, added: string): Written['edits'][number] {
  const whole = text.toString();
  const end = text.positionAt(text.length);
  const own = whole === '' || whole.endsWith('\n') ? added : `\n${added}`;
  const newText = whole.includes('\r\n') ? own.replaceAll('\n', '\r\n') : own;
  return { uri, edits: [{ range: { start: end, end }, newText }] };
}

/** What makes Prisma keep the index; nothing where there is no schema, or its language cannot say it. */
function editsOfSchema(
  history: History,
  relation: Relation,
  { made }: Build,
  { workspace, documentOf }: IndexMigrationContext,
): Written['edits'] {
  const schema = history.tool.id === 'prisma' ? workspace.prismaSchemaOf(history) : null;
  const end = schema && finalSchema(workspace.endBehind(history).base);
  const key = relationKey(relation.schema, relation.name);
  for (const model of schema?.models ?? []) {
    const table = tableOf(model, end);
    if (!table || relationKey(table.schema, table.name) !== key) continue;
    const kept = keptIndex(model, table, made);
    const document = kept && documentOf(model.uri);
    if (!kept || !document) return [];
    const start = model.file.startOf(model.block);
    const edits = kept.edits.map((edit) => ({
      range: rangeOf(document, { start: start + edit.start, end: start + edit.end }),
      newText: withLineEnds(document, edit.newText),
    }));
    return [{ uri: model.uri, edits }];
  }
  return [];
}

const baseNameOf = ({ folder }: History): string => decodeURIComponent(folder.slice(folder.lastIndexOf('/') + 1));
