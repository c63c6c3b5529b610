/**
 * goose: `-- +goose Up|Down`, `-- +goose NO TRANSACTION` (pressly.github.io/goose/documentation/annotations). Without a
 * transaction it sends statement by statement, but what stands between StatementBegin and StatementEnd as one string
 * (internal/sqlparser/parser.go).
 */
import { marksOf, offsetOf } from './marks.ts';
import { nextVersion } from './newVersion.ts';
import { script, undoScript, wrappingOfString } from './script.ts';
import type { SqlTool } from './tool.ts';

const up = /^--[ \t]*\+goose[ \t]+up\b/im;
const down = /^--[ \t]*\+goose[ \t]+down\b/im;
const noTransaction = /^--[ \t]*\+goose[ \t]+no[ \t]+transaction\b/im;
const block = /^--[ \t]*\+goose[ \t]+StatementBegin\b/im;

export const goose: SqlTool = {
  id: 'goose',
  owns: ({ text }) => text.includes('+goose') && up.test(text),
  running(_file, sql) {
    const marks = marksOf(sql);
    const downFrom = offsetOf(down, sql);
    if (!noTransaction.test(marks)) return { wrapping: 'tool', downFrom, declared: false };
    const mayBeStrings = offsetOf(block, sql) < downFrom && wrappingOfString(sql, downFrom) === 'implicit';
    return { wrapping: mayBeStrings ? 'unknown' : 'none', downFrom, declared: true };
  },
  write(migration, { folder, files, now }) {
    const version = nextVersion(files, now);
    if (version === null) return null;
    const head = migration.outsideTransaction ? '-- +goose NO TRANSACTION\n' : '';
    const text = `${head}-- +goose Up\n${script(migration.statements)}\n-- +goose Down\n${undoScript(migration)}`;
    return [{ uri: `${folder}/${version}_${migration.name}.sql`, text }];
  },
  blocks: {
    begin: /^--[ \t]*\+goose StatementBegin[ \t]*\r?$/m,
    end: /^--[ \t]*\+goose StatementEnd[ \t]*\r?$/m,
    written: ['-- +goose StatementBegin', '-- +goose StatementEnd'],
  },
  runOutside: () => ({ at: 0, inserted: '-- +goose NO TRANSACTION\n' }),
};
