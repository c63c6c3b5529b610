/** A history of many migrations: how long it takes to know its schema, and to know it again after an edit in an early one. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Spread, spreadOf } from './spread.ts';

export interface HistoryTimes {
  readonly migrations: number;
  /** Milliseconds: to read and parse the files. */
  readonly read: Spread;
  /** To replay them all, nothing known before. */
  readonly replayed: Spread;
  /** An edit in migration 13, until that and the last one are reviewed again. */
  readonly edit: Spread;
}

/** Prisma's folders; a third of the migrations creates a table, the others change earlier ones. */
export function writeHistory(folder: string, migrations: number): void {
  for (let n = 0; n < migrations; n++) {
    const own = join(folder, 'migrations', `${20240101000000 + n}_change_${n}`);
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'migration.sql'), migration(n));
  }
}

function migration(n: number): string {
  const table = `item_${n - (n % 3)}`;
  const parent = `item_${Math.max(0, (n - (n % 3)) >> 1) - (((n - (n % 3)) >> 1) % 3)}`;
  if (n % 3 === 0)
    return `CREATE TABLE "${table}" (
    "id" BIGSERIAL NOT NULL,
    "title" TEXT NOT NULL,
    "parentId" BIGINT,
    "createdAt" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "${table}_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "${table}_title_key" ON "${table}"("title");
${n > 0 ? `ALTER TABLE "${table}" ADD CONSTRAINT "${table}_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "${parent}"("id") ON DELETE SET NULL;` : ''}
`;
  return n % 3 === 1
    ? `CREATE TYPE "State_${n}" AS ENUM ('OPEN', 'DONE');\nALTER TABLE "${table}" ADD COLUMN "state" "State_${n}" NOT NULL DEFAULT 'OPEN';\n`
    : `CREATE INDEX "${table}_parentId_idx" ON "${table}"("parentId");\nALTER TABLE "${table}" ALTER COLUMN "title" DROP NOT NULL;\n`;
}

export async function measureHistory(folder: string, migrations: number, runs: number): Promise<HistoryTimes> {
  writeHistory(folder, migrations);
  const script = fileURLToPath(new URL('historyRun.ts', import.meta.url));
  const results: { read: number; replayed: number; edits: number[] }[] = [];
  for (let n = -1; n < runs; n++) {
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder]);
    if (n >= 0) results.push(JSON.parse(stdout));
  }
  return {
    migrations,
    read: spreadOf(results.map((r) => r.read)),
    replayed: spreadOf(results.map((r) => r.replayed)),
    edit: spreadOf(results.flatMap((r) => r.edits)),
  };
}
