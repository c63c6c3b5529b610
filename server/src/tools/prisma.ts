/** Prisma: migrations/NAME/migration.sql, sent as one string. Its settings may name another folder: in that lies its migration_lock.toml. */
import { nextVersions } from './newVersion.ts';
import { baseName, parent } from './paths.ts';
import { onePerString, script, wrappingOfString } from './script.ts';
import type { Beside, SqlTool } from './tool.ts';

export const prisma: SqlTool = {
  id: 'prisma',
  isNamed: (uri) => baseName(uri) === 'migration.sql',
  owns: ({ uri }, beside) =>
    /\/migrations\/[^/]+\/migration\.sql$/.test(uri) ||
    ((baseName(uri) === 'migration.sql' || isBackward(uri)) && providerIn(parent(parent(uri)), beside) !== null),
  isForward: ({ uri }) => baseName(uri) === 'migration.sql',
  running: ({ uri, text }, sql) => ({
    wrapping: ownRunner.test(text) ? 'unknown' : wrappingOfString(sql),
    downFrom: isBackward(uri) ? 0 : sql.length,
    declared: ownRunner.test(text),
  }),
  folderOf: (uri) => parent(parent(uri)),
  // as Prisma sorts them (packages/migrate/src/utils/listMigrations.ts): 10_b before 2_a
  order: (files) => files.map((f) => f.uri).sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en')),
  write(migration, { folder, files, now }) {
    const parts = onePerString(migration);
    return (
      nextVersions(files.map(parent), now, parts.length)?.map((version, i) => {
        const part = parts[i] as (typeof parts)[number];
        return { uri: `${folder}/${version}_${part.name}/migration.sql`, text: script(part.statements) };
      }) ?? null
    );
  },
};

/** What `prisma migrate diff` has written beside the migration, for `prisma db execute`, by whatever name: Prisma runs it by itself never. */
const isBackward = (uri: string): boolean => /(?:^|_)(?:down|rollback)\.sql$/.test(baseName(uri));

/** A mark for a program of the project's own that runs the migrations, where Prisma only writes them. */
const ownRunner = /^[ \t]*--[ \t]*[A-Z_]*(?:OUTSIDE|WITHOUT|NO)_(?:A_)?TRANSACTION[A-Z_]*[ \t]*\r?$/m;

const nameOf = (uri: string): string => baseName(parent(uri));

/**
 * The database that Prisma has written the migrations of a folder for, as its `migration_lock.toml` names it: `postgresql`.
 * Null where there is no such file.
 */
export function providerIn(folder: string, beside: Beside): string | null {
  const lock = beside.get(`${folder}/migration_lock.toml`);
  return lock === undefined ? null : (/^provider\s*=\s*"([^"]+)"/m.exec(lock)?.[1] ?? null);
}
