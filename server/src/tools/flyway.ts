/**
 * Flyway: V1.2__name.sql in the order of the versions, then R__name.sql by name; U1.2__name.sql undoes. Each runs in a
 * transaction, unless `executeInTransaction=false` stands in NAME.sql.conf, or it holds statements that Flyway knows to run
 * outside only (PostgreSQLParser, detectCanExecuteInTransaction): next to others, such a file fails or runs without a
 * transaction, by the setting `mixed`.
 * (documentation.red-gate.com/fd: "Migrations", "Flyway Execute In Transaction Setting", "Flyway Mixed Setting")
 */
import type { SqlText } from '../syntax/sqlText.ts';
import { timestamp } from './newVersion.ts';
import { baseName } from './paths.ts';
import { script } from './script.ts';
import type { SqlTool } from './tool.ts';

const name = /^(?:[VU](\d+(?:[._]\d+)*)|R)__.*\.sql$/;
const alone =
  /^(?:(?:create|drop)\s+(?:database|tablespace|subscription)|alter\s+system|(?:create|drop)(?:\s+unique)?\s+index\s+concurrently|reindex(?:\s+verbose)?\s+(?:schema|database|system)|vacuum|discard\s+all)\b/i;

export const flyway: SqlTool = {
  id: 'flyway',
  isNamed: (uri) => name.test(baseName(uri)),
  owns: ({ uri }) => name.test(baseName(uri)),
  running({ uri }, sql, beside) {
    const downFrom = baseName(uri).startsWith('U') ? 0 : sql.length;
    const told = /^[^\S\r\n]*executeInTransaction\s*=\s*(true|false)[^\S\r\n]*$/im.exec(
      beside.get(`${uri}.conf`) ?? '',
    )?.[1];
    if (told) return { wrapping: told.toLowerCase() === 'false' ? 'none' : 'tool', downFrom, declared: true };
    return { wrapping: wrappingOf(sql), downFrom, declared: false };
  },
  isForward: ({ uri }) => !baseName(uri).startsWith('U'),
  order: (files) => files.map((f) => f.uri).sort((a, b) => compare(baseName(a), baseName(b))),
  write(migration, { folder, files, now }) {
    const last = files.map((uri) => name.exec(baseName(uri))?.[1]).findLast((v) => v !== undefined);
    if (last === undefined) return null;
    const uri = `${folder}/V${versionAfter(last, now)}__${migration.name}.sql`;
    const conf = { uri: `${uri}.conf`, text: 'executeInTransaction=false\n' };
    const file = { uri, text: script(migration.statements) };
    return migration.outsideTransaction ? [conf, file] : [file];
  },
  // Flyway sees by itself that CREATE INDEX CONCURRENTLY alone needs no transaction
  runOutside: () => ({ at: 0, inserted: '' }),
  backwardOf: (uri) => uri.replace(/\/V([^/]*)$/, '/U$1'),
};

function wrappingOf(sql: SqlText): 'none' | 'tool' | 'unknown' {
  let transactional = false;
  let outside = false;
  for (const { parsed, text, bodyStart } of sql.statements) {
    if (parsed.kind === 'none') continue;
    if (alone.test(text.slice(bodyStart, bodyStart + 200))) outside = true;
    else transactional = true;
    if (outside && transactional) return 'unknown';
  }
  return outside ? 'none' : 'tool';
}

/** `V2__a` before `V10__b`, `V1.1` behind `V1`; repeatable ones last. */
function compare(a: string, b: string): number {
  const [x, y] = [a, b].map((n) => name.exec(n)?.[1]?.split(/[._]/).map(BigInt));
  if (!x || !y) return x ? -1 : y ? 1 : a < b ? -1 : 1;
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [m, n] = [x[i] ?? 0n, y[i] ?? 0n];
    if (m !== n) return m < n ? -1 : 1;
  }
  return a < b ? -1 : 1;
}

function versionAfter(last: string, now: Date): string {
  const today = timestamp(now);
  if (last.length === today.length && /^\d+$/.test(last) && today > last) return today;
  return last.replace(/\d+$/, (part) => (BigInt(part) + 1n).toString().padStart(part.length, '0'));
}
