/**
 * An index that a plan's finding proposes, as a migration: built CONCURRENTLY, by the tool of the history that makes the table,
 * and listed in Prisma's schema, which would drop it otherwise.
 */
import type { RangeVar } from '@pgsql/types';
import type { TextEdit } from 'vscode-languageserver-types';
import { type Catalog, type Relation, relationKey } from '../catalog/catalog.ts';
import { finalSchema } from '../catalog/finalSchema.ts';
import { indexStatement } from '../explain/advice/advice.ts';
import { writeFollowUps } from '../history/followUps.ts';
import type { History } from '../history/history.ts';
import type { IndexProposal } from '../protocol.ts';
import { tableOf } from '../rules/prisma/databaseTable.ts';
import { keptIndex } from '../rules/prisma/keptIndex.ts';
import type { Parser } from '../syntax/parser.ts';
import { type LineDocument, Text } from '../text/text.ts';
import type { NewFile, NewMigration } from '../tools/tool.ts';
import type { HistoryEnd, Workspace } from '../workspace.ts';
import { type Build, buildOf } from './indexBuild.ts';
import { rangeOf, withLineEnds } from './place.ts';

export type IndexMigration =
  | {
      readonly kind: 'migration';
      /** In the order in which they are to be written. */
      readonly created: readonly NewFile[];
      /** Of files that are there. */
      readonly edits: readonly { readonly uri: string; readonly edits: readonly TextEdit[] }[];
      /** What else is to be known, in one sentence. */
      readonly note: string | null;
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
  const files = writtenBehind(built.migrations, history, end, context);
  if (!files) return script(`The name of a new migration behind ${baseNameOf(history)} cannot be told.`);
  const { edits, note } = listedInSchema(history, relation, built, context);
  return { kind: 'migration', created: files.created, edits: [...files.edits, ...edits], note };
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

/**
 * The history whose migrations make the table: the statement's own, or the only one; else the one that changes it, where the
 * program itself has made the first tables. A sentence where there is none.
 */
function makerOf(table: RangeVar, uri: string, workspace: Workspace): Maker | string {
  const knowing = workspace.histories.flatMap((history): Maker[] => {
    const relation = relationIn(workspace.endBehind(history).base, table);
    return relation ? [{ history, relation }] : [];
  });
  const making = knowing.filter(({ relation }) => relation.complete);
  const makers = making.length > 0 ? making : knowing;
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
  const isTable = ({ kind }: Relation): boolean =>
    kind === 'table' || kind === 'partitioned' || kind === 'materialized view';
  if (schemaname) {
    const named = relations.get(relationKey(schemaname, relname));
    return named && isTable(named) ? named : null;
  }
  const found: Relation[] = [];
  for (const relation of relations.values()) if (relation.name === relname && isTable(relation)) found.push(relation);
  const made = found.filter(({ complete }) => complete);
  if (made.length === 1) return made[0] as Relation;
  return found.length === 1 ? (found[0] as Relation) : (found.find(({ schema }) => schema === 'public') ?? null);
}

interface Written {
  readonly created: readonly NewFile[];
  readonly edits: readonly { readonly uri: string; readonly edits: readonly TextEdit[] }[];
}

function writtenBehind(
  migrations: readonly NewMigration[],
  { tool, files }: History,
  { place }: HistoryEnd,
  { documentOf }: IndexMigrationContext,
): Written | null {
  if (tool.write) {
    const created = writeFollowUps(migrations, place);
    return created && { created, edits: [] };
  }
  const last = files.at(-1) as string;
  const created: NewFile[] = [];
  let list = last;
  let added = '';
  for (const migration of migrations) {
    const listed = tool.writeListed?.(migration, place);
    const text = listed ? null : documentOf(last)?.getText();
    const more = listed?.added ?? (text && tool.append?.(migration, text + added));
    if (!more || listed?.created.some((file) => place.exists(file.uri))) return null;
    list = listed?.list ?? last;
    created.push(...(listed?.created ?? []));
    added += more;
  }
  return { created, edits: [atEnd(Text.of(place.read(list)), list, added)] };
}

function atEnd(text: Text, uri: string, added: string): Written['edits'][number] {
  const whole = text.toString();
  const end = text.positionAt(text.length);
  const own = whole === '' || whole.endsWith('\n') ? added : `\n${added}`;
  const newText = whole.includes('\r\n') ? own.replaceAll('\n', '\r\n') : own;
  return { uri, edits: [{ range: { start: end, end }, newText }] };
}

/** What makes Prisma keep the index; nothing where there is no schema, or Prisma leaves it alone. */
function listedInSchema(
  history: History,
  relation: Relation,
  { made }: Build,
  { workspace, documentOf }: IndexMigrationContext,
): Pick<Extract<IndexMigration, { kind: 'migration' }>, 'edits' | 'note'> {
  const nothing = { edits: [], note: null };
  const schema = history.tool.id === 'prisma' ? workspace.prismaSchemaOf(history) : null;
  const end = schema && finalSchema(workspace.endBehind(history).base);
  const key = relationKey(relation.schema, relation.name);
  const model = schema?.models.find((each) => {
    const table = tableOf(each, end);
    return table !== undefined && relationKey(table.schema, table.name) === key;
  });
  const kept = model && keptIndex(model, relation, made);
  if (!kept) return nothing;
  const document = documentOf(model.uri);
  if (kept.attribute === null || !document)
    return {
      ...nothing,
      note: `The next migration of Prisma’s drops ${made.name}: its schema cannot list that index.`,
    };
  const start = model.file.startOf(model.block);
  const edits = kept.edits.map((edit) => ({
    range: rangeOf(document, { start: start + edit.start, end: start + edit.end }),
    newText: withLineEnds(document, edit.newText),
  }));
  return { edits: [{ uri: model.uri, edits }], note: null };
}

const baseNameOf = ({ folder }: History): string => decodeURIComponent(folder.slice(folder.lastIndexOf('/') + 1));
