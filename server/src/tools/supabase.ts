/**
 * Supabase: supabase/migrations/TIMESTAMP_name.sql. Its command line sends the statements of a file and the note that it ran
 * as one pipeline (pkg/migration/file.go, ExecBatch). That is one transaction, in which what cannot share one may only come first
 * (test/postgres/wrapping.test.ts).
 */
import { nextVersions } from './newVersion.ts';
import { onePerString, script, wrappingOfString } from './script.ts';
import type { SqlTool } from './tool.ts';

export const supabase: SqlTool = {
  id: 'supabase',
  owns: ({ uri }) => /\/supabase\/migrations\/\d+_[^/]*\.sql$/.test(uri),
  running: (_file, sql) => ({ wrapping: wrappingOfString(sql), downFrom: sql.length, declared: false }),
  write(migration, { folder, files, now }) {
    const parts = onePerString(migration);
    return (
      nextVersions(files, now, parts.length)?.map((version, i) => {
        const part = parts[i] as (typeof parts)[number];
        return { uri: `${folder}/${version}_${part.name}.sql`, text: script(part.statements) };
      }) ?? null
    );
  },
};
