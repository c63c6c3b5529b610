/**
 * dbmate: `-- migrate:up|down transaction:false` (github.com/amacneil/dbmate, "Migration Options"). Each part is sent as one
 * string (pkg/dbmate/db.go): without its transaction, that of several statements is one by itself.
 */
import { marksOf, offsetOf } from './marks.ts';
import { nextVersions } from './newVersion.ts';
import { onePerString, script, undoScript, wrappingOfString } from './script.ts';
import type { SqlTool } from './tool.ts';

const up = /^--[ \t]*migrate:up(.*)$/im;
const down = /^--[ \t]*migrate:down\b/im;

export const dbmate: SqlTool = {
  id: 'dbmate',
  owns: ({ text }) => text.includes('migrate:') && up.test(text),
  running(_file, sql) {
    const declared = /transaction:\s*false/.test(up.exec(marksOf(sql))?.[1] ?? '');
    const downFrom = offsetOf(down, sql);
    return { wrapping: declared ? wrappingOfString(sql, downFrom) : 'tool', downFrom, declared };
  },
  write(migration, { folder, files, now }) {
    const parts = onePerString(migration);
    const option = migration.outsideTransaction ? ' transaction:false' : '';
    return (
      nextVersions(files, now, parts.length)?.map((version, i) => {
        const part = parts[i] as (typeof parts)[number];
        return {
          uri: `${folder}/${version}_${part.name}.sql`,
          text: `-- migrate:up${option}\n${script(part.statements)}\n-- migrate:down${option}\n${undoScript(part)}`,
        };
      }) ?? null
    );
  },
  runOutside(text) {
    const at = /^--[ \t]*migrate:up/im.exec(text);
    return at && { at: at.index + at[0].length, inserted: ' transaction:false' };
  },
};
