/**
 * Numbered or dated files of no tool that we know: run by psql, as far as the files tell. yoyo's, which tell what they depend on,
 * run in a transaction each, unless they say otherwise; NAME.rollback.sql undoes (ollycope.com/software/yoyo/latest).
 */
import { marksOf } from './marks.ts';
import { nextVersion } from './newVersion.ts';
import { baseName, byVersion, parent } from './paths.ts';
import { script } from './script.ts';
import type { Beside, SqlTool } from './tool.ts';

/** Folders whose numbered files are no migrations: each is run on the schema that the migrations leave. */
const otherFolder = /\/_*(?:tests?|specs?|seeds?)_*(?:\/[^/]*)?$/i;

const isForward = (uri: string): boolean => !/\.rollback\.sql$/i.test(uri);

export const numbered: SqlTool = {
  id: 'numbered',
  owns: ({ uri }) =>
    /^\d+[-_.].*\.sql$/i.test(baseName(uri)) || (/^\d{3,}\.sql$/i.test(baseName(uri)) && /migrat/i.test(parent(uri))),
  running({ uri }, sql) {
    const downFrom = isForward(uri) ? sql.length : 0;
    const marks = marksOf(sql);
    const told = /^--[ \t]*transactional:[ \t]*false\b/im.test(marks);
    const isYoyos = /^--[ \t]*depends:/im.test(marks);
    return { wrapping: isYoyos && !told ? 'tool' : 'none', downFrom, declared: told };
  },
  isForward: ({ uri }) => isForward(uri),
  backwardOf: (uri) => uri.replace(/\.sql$/i, '.rollback.sql'),
  // one numbered file alone is no history, unless its folder says so
  order: (files, folder, beside) =>
    isDjangos(folder, beside) || ((files.length < 2 || otherFolder.test(folder)) && !/migrat/i.test(baseName(folder)))
      ? null
      : files.map((f) => f.uri).sort((a, b) => byVersion(baseName(a), baseName(b))),
  write(migration, { folder, files, now }) {
    const version = nextVersion(files, now);
    if (version === null) return null;
    const separator = /^\d+([-_.])/.exec(baseName(files.at(-1) ?? ''))?.[1] ?? '_';
    return [{ uri: `${folder}/${version}${separator}${migration.name}.sql`, text: script(migration.statements) }];
  },
};

const django = /\/migrations\/\d{4}_\w+\.py$/;

/** Django's migrations are Python: what lies beside them as SQL is what some of them run (`manage.py sqlmigrate`). */
function isDjangos(folder: string, beside: Beside): boolean {
  if (!beside.has(`${folder}/__init__.py`)) return false;
  for (const uri of beside.keys()) if (django.test(uri)) return true;
  return false;
}
