/**
 * sql-migrate: `-- +migrate Up|Down`, `notransaction` behind it; each migration is a transaction, and sent statement by statement:
 * a line that ends in a semicolon ends one, but between StatementBegin and StatementEnd, where all is one string
 * (github.com/rubenv/sql-migrate, sqlparse/sqlparse.go, migrate.go).
 */
import { marksOf, offsetOf } from './marks.ts';
import { nextVersion } from './newVersion.ts';
import { script, undoScript, wrappingOfString } from './script.ts';
import type { SqlTool } from './tool.ts';

const up = /^-- \+migrate[ \t]+Up\b(.*)$/m;
const down = /^-- \+migrate[ \t]+Down\b/m;
const block = /^-- \+migrate[ \t]+StatementBegin\b/m;

export const sqlMigrate: SqlTool = {
  id: 'sql-migrate',
  owns: ({ text }) => text.includes('+migrate') && up.test(text),
  running(_file, sql) {
    const declared = /\bnotransaction\b/.test(up.exec(marksOf(sql))?.[1] ?? '');
    const downFrom = offsetOf(down, sql);
    if (!declared) return { wrapping: 'tool', downFrom, declared };
    const mayBeStrings = offsetOf(block, sql) < downFrom && wrappingOfString(sql, downFrom) === 'implicit';
    return { wrapping: mayBeStrings ? 'unknown' : 'none', downFrom, declared };
  },
  write(migration, { folder, files, now }) {
    const version = nextVersion(files, now);
    if (version === null) return null;
    const option = migration.outsideTransaction ? ' notransaction' : '';
    const text = `-- +migrate Up${option}\n${script(migration.statements)}\n-- +migrate Down${option}\n${undoScript(migration)}`;
    return [{ uri: `${folder}/${version}_${migration.name}.sql`, text }];
  },
  blocks: {
    begin: /^-- \+migrate[ \t]+StatementBegin\b/m,
    end: /^-- \+migrate[ \t]+StatementEnd\b/m,
    written: ['-- +migrate StatementBegin', '-- +migrate StatementEnd'],
  },
  runOutside(text) {
    const at = /^-- \+migrate[ \t]+Up\b/m.exec(text);
    return at && { at: at.index + at[0].length, inserted: ' notransaction' };
  },
};
