/**
 * tern: NUMBER_name.sql with `---- create above / drop below ----` between the two parts, each in a transaction unless
 * `---- tern: disable-tx ----` stands in it; then statement by statement (github.com/jackc/tern, migrate/migrate.go).
 */
import { marksOf, offsetOf } from './marks.ts';
import { nextVersion } from './newVersion.ts';
import { baseName, parent } from './paths.ts';
import { script } from './script.ts';
import type { SqlTool } from './tool.ts';

const separator = /^---- create above \/ drop below ----$/m;
const disabled = /^---- tern: disable-tx ----$/m;

export const tern: SqlTool = {
  id: 'tern',
  owns: ({ uri, text }, beside) =>
    /^\d+_.+\.sql$/.test(baseName(uri)) &&
    (separator.test(text) || disabled.test(text) || beside.has(`${parent(uri)}/tern.conf`)),
  running(_file, sql) {
    const declared = disabled.test(marksOf(sql));
    return { wrapping: declared ? 'none' : 'tool', downFrom: offsetOf(separator, sql), declared };
  },
  write(migration, { folder, files, now }) {
    const version = nextVersion(files, now);
    if (version === null) return null;
    const head = migration.outsideTransaction ? '---- tern: disable-tx ----\n\n' : '';
    // a backward part without a statement would make the migration irreversible
    const undo = migration.undo.length > 0 ? script(migration.undo) : 'SELECT 1; -- nothing to undo\n';
    const text = `${head}${script(migration.statements)}\n---- create above / drop below ----\n\n${undo}`;
    return [{ uri: `${folder}/${version}_${migration.name}.sql`, text }];
  },
  runOutside: () => ({ at: 0, inserted: '---- tern: disable-tx ----\n' }),
};
