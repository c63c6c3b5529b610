/** Two migrations of one version, for tools that tell migrations apart by it. */

import { baseName } from '../../tools/paths.ts';
import type { ToolId } from '../../tools/tool.ts';
import type { HistoryFiles, HistoryProblem } from './problem.ts';

/** Goose, golang-migrate, tern and Flyway refuse to run (errors quoted from their sources); the others note one version once. */
const consequences: Partial<Record<ToolId, string>> = {
  goose: 'goose stops with "duplicate version … detected" and runs nothing.',
  'golang-migrate': 'golang-migrate stops with "duplicate migration file" and runs nothing.',
  flyway: 'Flyway stops with "Found more than one migration with version …" and runs nothing.',
  tern: 'tern stops with "Duplicate migration …" and runs nothing.',
  alembic: 'Alembic warns that it is present more than once, and keeps one of the two.',
  dbmate:
    'dbmate notes each version once: where one of the two has run, the other is never run; where none has, the second one fails.',
  supabase:
    'Supabase notes each version once (supabase_migrations.schema_migrations): where one of the two has run, the other is taken for done.',
};

/** Names like golang-migrate's are other tools' as well; with dbmate and Supabase it depends on what has run. */
const surelyFails: ReadonlySet<ToolId> = new Set(['goose', 'flyway', 'tern', 'alembic']);

export const equalVersions: HistoryProblem = {
  id: 'equal-migration-versions',
  severity: 'error',
  docs: {
    summary: 'Two migrations of a history have the same version.',
    why: 'Tools tell migrations apart by their version. goose, golang-migrate, tern and Flyway refuse to run at all; dbmate, Supabase and Alembic run one of the two, or fail at the second. It happens when two branches that each added a migration are merged: git sees no conflict.',
    fine: 'Never: give the newer one a version of its own.',
    source: 'https://github.com/pressly/goose/blob/main/migrate.go',
  },
  find({ tool, members, files }) {
    const consequence = consequences[tool.id];
    if (consequence === undefined) return [];
    const first = new Map<string, string>();
    const running = tool.id === 'alembic' ? new Set(members.map((m) => m.uri)) : new Set(files);
    return members
      .filter(({ uri }) => running.has(uri))
      .toSorted((a, b) => (a.uri < b.uri ? -1 : 1))
      .flatMap((file) => {
        const version = versionOf(tool.id, file);
        if (version === null) return [];
        const other = first.get(version);
        if (other === undefined) {
          first.set(version, file.uri);
          return [];
        }
        return [
          {
            uri: file.uri,
            at: tool.id === 'alembic' ? /^revision\b[^\n]*/m : null,
            message: `${baseName(other)} has the version ${version} as well.`,
            ...(surelyFails.has(tool.id) ? {} : { severity: 'warning' as const }),
            help: `${consequence} Give this migration a version behind all others.`,
          },
        ];
      });
  },
};

/** Null for a file without one. Numbers count as numbers where the tool compares them so: 01 is 1. */
function versionOf(tool: ToolId, { uri, text }: HistoryFiles['members'][number]): string | null {
  if (tool === 'alembic') return /^revision\b[^=\n]*=\s*["']([^"']+)["']/m.exec(text)?.[1] ?? null;
  const name = baseName(uri);
  // dbmate and Supabase compare the digits as text
  if (tool === 'dbmate' || tool === 'supabase') return /^\d+/.exec(name)?.[0] ?? null;
  if (tool === 'flyway') {
    const parts = /^V(\d+(?:[._]\d+)*)__/
      .exec(name)?.[1]
      ?.split(/[._]/)
      .map((part) => String(BigInt(part)));
    while (parts && parts.length > 1 && parts.at(-1) === '0') parts.pop();
    return parts?.join('.') ?? null;
  }
  const digits = /^\d+(?=_)/.exec(name)?.[0];
  return digits === undefined ? null : String(BigInt(digits));
}
