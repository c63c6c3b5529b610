/** The workspace's migration histories, as a list to be shown. */
import { type History, keyOf } from '../history/history.ts';
import { type RevisionPlace, revisionGraph } from '../history/revisionGraph.ts';
import type { HistoryInfo, MigrationInfo } from '../protocol.ts';
import { readRevision } from '../tools/alembic.ts';
import { baseName, parent } from '../tools/paths.ts';
import type { MigrationTool, ToolId } from '../tools/tool.ts';
import type { Workspace } from '../workspace.ts';

/** As the tools call themselves. */
const toolNames: Readonly<Record<ToolId, string>> = {
  prisma: 'Prisma',
  goose: 'goose',
  dbmate: 'dbmate',
  'golang-migrate': 'golang-migrate',
  flyway: 'Flyway',
  liquibase: 'Liquibase',
  sqitch: 'sqitch',
  supabase: 'Supabase',
  drizzle: 'Drizzle',
  atlas: 'Atlas',
  tern: 'tern',
  'node-pg-migrate': 'node-pg-migrate',
  'sql-migrate': 'sql-migrate',
  diesel: 'Diesel',
  hasura: 'Hasura',
  'graphile-migrate': 'graphile-migrate',
  numbered: 'SQL files',
  dump: 'Dump',
  alembic: 'Alembic',
};

export const historiesOf = (workspace: Workspace): HistoryInfo[] =>
  workspace.histories.map((history) => {
    const graph = graphOf(workspace, history);
    const sameNames = new Set(history.files.map(baseName)).size < history.files.length;
    return {
      key: keyOf(history),
      tool: toolNames[history.tool.id],
      folder: history.folder,
      migrations: history.files.map(
        (uri): MigrationInfo => ({
          uri,
          name: decodeURIComponent(baseName(sameNames || history.tool.id === 'prisma' ? parent(uri) : uri)),
          backward: wayBack(workspace, history.tool, uri),
          ...(graph?.get(uri) ?? { lanes: '', notes: [] }),
        }),
      ),
    };
  });

/** Null for tools whose migrations form one line by themselves. */
function graphOf(workspace: Workspace, { tool, files }: History): ReadonlyMap<string, RevisionPlace> | null {
  if (tool.id !== 'alembic') return null;
  const revisions = files.flatMap((uri) => {
    const text = workspace.get(uri)?.text.toString();
    return (text === undefined ? null : readRevision({ uri, text })) ?? [];
  });
  return revisionGraph(revisions);
}

/** Tools whose migrations are never undone, or seldom by files. */
const forwardOnly: readonly ToolId[] = [
  'prisma',
  'drizzle',
  'atlas',
  'supabase',
  'flyway',
  'graphile-migrate',
  'dump',
  'numbered',
];

function wayBack(workspace: Workspace, tool: MigrationTool, uri: string): boolean | null {
  const file = workspace.get(uri);
  if (!file || file.refused !== null) return null;
  if (tool.backwardOf && workspace.exists(tool.backwardOf(uri))) return true;
  if (file.pieces.some((piece) => piece.downFrom < piece.sql.length)) return true;
  if (tool.id === 'alembic') return /^def downgrade\b/m.test(file.text.toString());
  return forwardOnly.includes(tool.id) ? null : false;
}
