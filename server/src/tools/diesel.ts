/**
 * Diesel: VERSION_name/up.sql, and down.sql beside it. Each is sent as one string, in a transaction unless metadata.toml beside
 * it says otherwise (diesel_migrations: migrations_internals/src/lib.rs, file_based_migrations.rs, migration_harness.rs).
 */
import type { SqlText } from '../syntax/sqlText.ts';
import { nextVersions, timestamp } from './newVersion.ts';
import { baseName, parent } from './paths.ts';
import { onePerString, script, undoScript, wrappingOfString } from './script.ts';
import type { Beside, Running, SqlTool } from './tool.ts';

const migration = /\/\d[\d-]*_[^/]*\/(?:up|down)\.sql$/;
/** `2024-01-31-093000_name`, newer `2024-01-31-093000-0000_name`: as only Diesel writes it. */
const dated = /^\d{4}-\d\d-\d\d-\d{6}(-\d{4})?_/;

export const diesel: SqlTool = {
  id: 'diesel',
  isNamed: (uri) => migration.test(uri),
  owns: ({ uri }) => migration.test(uri),
  folderOf: (uri) => parent(parent(uri)),
  isForward: ({ uri }) => uri.endsWith('/up.sql'),
  backwardOf: (uri) => uri.replace(/up\.sql$/, 'down.sql'),
  running: ({ uri }, sql, beside) => ({
    ...transactionOf(uri, sql, beside),
    downFrom: uri.endsWith('/up.sql') ? sql.length : 0,
  }),
  // versions are compared as text
  order: (files) => files.map((f) => f.uri).sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)),
  write(migration, { folder, files, now }) {
    const parts = onePerString(migration);
    const names = files.map((uri) => baseName(parent(uri)));
    const versions = datedVersions(names, now, parts.length);
    return (
      versions?.flatMap((version, i) => {
        const part = parts[i] as (typeof parts)[number];
        const home = `${folder}/${version}_${part.name}`;
        const metadata = { uri: `${home}/metadata.toml`, text: 'run_in_transaction = false\n' };
        return [
          ...(part.outsideTransaction ? [metadata] : []),
          { uri: `${home}/up.sql`, text: script(part.statements) },
          { uri: `${home}/down.sql`, text: undoScript(part) },
        ];
      }) ?? null
    );
  },
};

function transactionOf(uri: string, sql: SqlText, beside: Beside): Pick<Running, 'wrapping' | 'declared'> {
  const metadata = beside.get(`${parent(uri)}/metadata.toml`);
  // without the key it is false
  if (metadata !== undefined) {
    const told = /^[^\S\r\n]*run_in_transaction\s*=\s*true\b/m.test(metadata);
    return { wrapping: told ? 'tool' : wrappingOfString(sql), declared: true };
  }
  // folders with an up.sql are other tools' as well
  return { wrapping: isDiesels(uri, beside) ? 'tool' : 'unknown', declared: false };
}

function isDiesels(uri: string, beside: Beside): boolean {
  if (dated.test(baseName(parent(uri)))) return true;
  for (let folder = parent(parent(uri)); folder.includes('/') && !folder.endsWith('/'); folder = parent(folder))
    if (beside.has(`${folder}/diesel.toml`)) return true;
  return false;
}

const sortKey = (uri: string): string => {
  const name = baseName(parent(uri));
  return `${name.split('_', 1)[0]?.replaceAll('-', '')}\n${name}`;
};

/** Null where the last migration is not named as Diesel names it. */
function datedVersions(names: readonly string[], now: Date, count: number): string[] | null {
  const last = names.at(-1) ?? '';
  const form = dated.exec(last);
  if (!form) return names.some((name) => /_diesel_/.test(name)) ? nextVersions(names, now, count) : null;
  const lastTime = Date.parse(last.replace(/^(\d{4}-\d\d-\d\d)-(\d\d)(\d\d)(\d\d).*/, '$1T$2:$3:$4Z'));
  // names by hand have times that there are none of
  if (Number.isNaN(lastTime)) return null;
  const first = Math.max(now.getTime(), lastTime + second);
  return Array.from({ length: count }, (_, i) => {
    const digits = timestamp(new Date(first + i * second));
    const version = digits.replace(/^(\d{4})(\d\d)(\d\d)/, '$1-$2-$3-');
    return form[1] === undefined ? version : `${version}-0000`;
  });
}

/** In milliseconds. */
const second = 1000;
