/** Every migration tool; those for .sql files in the order in which they are asked: marks in the text before names and places. */
import { alembic } from './alembic.ts';
import { atlas } from './atlas.ts';
import { dbmate } from './dbmate.ts';
import { diesel } from './diesel.ts';
import { drizzle } from './drizzle.ts';
import { dump } from './dump.ts';
import { flyway } from './flyway.ts';
import { golangMigrate } from './golangMigrate.ts';
import { goose } from './goose.ts';
import { graphileMigrate } from './graphileMigrate.ts';
import { hasura } from './hasura.ts';
import { liquibase } from './liquibase.ts';
import { nodePgMigrate } from './nodePgMigrate.ts';
import { numbered } from './numbered.ts';
import { baseName, parent } from './paths.ts';
import { prisma } from './prisma.ts';
import { sqitch } from './sqitch.ts';
import { sqlMigrate } from './sqlMigrate.ts';
import { supabase } from './supabase.ts';
import { tern } from './tern.ts';
import { type Beside, type MigrationTool, namedToolKey, type SqlTool, type ToolFile, type ToolId } from './tool.ts';

const sqlTools: readonly SqlTool[] = [
  goose,
  dbmate,
  sqlMigrate,
  liquibase,
  graphileMigrate,
  drizzle,
  sqitch,
  tern,
  nodePgMigrate,
  prisma,
  hasura,
  diesel,
  golangMigrate,
  flyway,
  supabase,
  atlas,
  dump,
  numbered,
];

export const toolIds: readonly ToolId[] = [...sqlTools, alembic].map((tool) => tool.id);

/** Null for a .sql file of no tool. */
export function sqlToolOf(file: ToolFile, beside: Beside): SqlTool | null {
  const named = namedTool(file.uri, beside);
  if (named !== undefined) return sqlTools.find((tool) => tool === named) ?? null;
  return sqlTools.find((tool) => tool.owns(file, beside)) ?? null;
}

/** Null for a file of no tool. */
export function toolOf(file: ToolFile, beside: Beside): MigrationTool | null {
  if (file.uri.endsWith('.py')) return alembic.owns(file, beside) ? alembic : null;
  return sqlToolOf(file, beside);
}

/**
 * The tool that the settings name for the history which the file is part of; null where they do and the file is no migration
 * of it, undefined where they name none.
 */
function namedTool(uri: string, beside: Beside): MigrationTool | null | undefined {
  for (let folder = parent(uri); folder.includes('/') && !folder.endsWith('/'); folder = parent(folder)) {
    const id = beside.get(namedToolKey(folder));
    if (id === undefined) continue;
    const tool = sqlTools.find((t) => t.id === id);
    if (!tool || (tool.folderOf ?? parent)(uri) !== folder) return null;
    return (tool.isNamed?.(uri) ?? /^\d/.test(baseName(uri))) ? tool : null;
  }
  return undefined;
}

/** Names of the files that tools keep beside migrations, as {@link Beside} holds them. */
export const besideNames =
  /(?:^|\/)(?:sqitch\.plan|_journal\.json|snapshot\.json|atlas\.sum|tern\.conf|migration_lock\.toml|diesel\.toml|metadata\.toml|alembic\.ini|__init__\.py|\d{4}_\w+\.py|[VUR][^/]*\.sql\.conf)$/;

/** Those of which only the name matters. */
export const readForName = /\/(?:snapshot\.json|[^/]*\.py)$/;

/** Names of migrations in languages that we do not read, whose versions count among those of their folder all the same. */
export const otherMigrations = /(?:^|\/)V?\d+[_-][^/]*\.(?:go|[cm]?[jt]s|rb|java|kt)$/;
