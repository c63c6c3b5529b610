/** golang-migrate: NAME.up.sql and NAME.down.sql, sent as one string (its driver's multi-statement mode is off by default). */
import { nextVersions } from './newVersion.ts';
import { onePerString, script, undoScript, wrappingOfString } from './script.ts';
import type { SqlTool } from './tool.ts';

export const golangMigrate: SqlTool = {
  id: 'golang-migrate',
  isNamed: (uri) => /\.(?:up|down)\.sql$/i.test(uri),
  owns: ({ uri }) => /\.(?:up|down)\.sql$/i.test(uri),
  running: ({ uri }, sql) => ({
    wrapping: wrappingOfString(sql),
    downFrom: /\.down\.sql$/i.test(uri) ? 0 : sql.length,
    declared: false,
  }),
  isForward: ({ uri }) => /\.up\.sql$/i.test(uri),
  write(migration, { folder, files, now }) {
    const parts = onePerString(migration);
    return (
      nextVersions(files, now, parts.length)?.flatMap((version, i) => {
        const part = parts[i] as (typeof parts)[number];
        const path = `${folder}/${version}_${part.name}`;
        return [
          { uri: `${path}.up.sql`, text: script(part.statements) },
          { uri: `${path}.down.sql`, text: undoScript(part) },
        ];
      }) ?? null
    );
  },
  backwardOf: (uri) => uri.replace(/\.up\.sql$/i, '.down.sql'),
};
