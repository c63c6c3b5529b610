/** Prisma: migrations/NAME/migration.sql, sent as one string. */
import { nextVersions } from './newVersion.ts';
import { baseName, byVersion, parent } from './paths.ts';
import { onePerString, script, wrappingOfString } from './script.ts';
import type { SqlTool } from './tool.ts';

export const prisma: SqlTool = {
  id: 'prisma',
  isNamed: (uri) => baseName(uri) === 'migration.sql',
  owns: ({ uri }) => /\/migrations\/[^/]+\/migration\.sql$/.test(uri),
  running: (_file, sql) => ({ wrapping: wrappingOfString(sql), downFrom: sql.length, declared: false }),
  folderOf: (uri) => parent(parent(uri)),
  order: (files) => files.map((f) => f.uri).sort((a, b) => byVersion(baseName(parent(a)), baseName(parent(b)))),
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
