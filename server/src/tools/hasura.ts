/**
 * Hasura: MILLISECONDS_name/up.sql, and down.sql beside it, below migrations/ or migrations/DATABASE/. Its server runs each as one
 * run_sql, in a transaction (github.com/hasura/graphql-engine, issue 2939); a file cannot ask for none.
 */
import { nextVersion } from './newVersion.ts';
import { baseName, byVersion, parent } from './paths.ts';
import { script, undoScript } from './script.ts';
import type { SqlTool } from './tool.ts';

/** Other tools have such folders, but none that begin with thirteen digits. */
const migration = /\/\d{13}_[^/]*\/(?:up|down)\.sql$/;

export const hasura: SqlTool = {
  id: 'hasura',
  isNamed: (uri) => /\/\d+_[^/]*\/(?:up|down)\.sql$/.test(uri),
  owns: ({ uri }) => migration.test(uri),
  folderOf: (uri) => parent(parent(uri)),
  isForward: ({ uri }) => uri.endsWith('/up.sql'),
  backwardOf: (uri) => uri.replace(/up\.sql$/, 'down.sql'),
  running: ({ uri }, sql) => ({
    wrapping: 'tool',
    downFrom: uri.endsWith('/up.sql') ? sql.length : 0,
    declared: false,
  }),
  order: (files) => files.map((f) => f.uri).sort((a, b) => byVersion(baseName(parent(a)), baseName(parent(b)))),
  write(migration, { folder, files, now }) {
    const version = nextVersion(files.map(parent), now);
    if (version === null || migration.outsideTransaction) return null;
    const home = `${folder}/${version}_${migration.name}`;
    return [
      { uri: `${home}/up.sql`, text: script(migration.statements) },
      { uri: `${home}/down.sql`, text: undoScript(migration) },
    ];
  },
};
