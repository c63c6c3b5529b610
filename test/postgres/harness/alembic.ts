/** Alembic itself, run on a test's database. Needs a Python with alembic and psycopg2, see test/alembic/generate.ts. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Files } from '../../harness/project.ts';
import type { TestDatabase } from './servers.ts';

const python = process.env.PYTHON ?? '/usr/bin/python3';
const script = fileURLToPath(new URL('../../alembic/run.py', import.meta.url));

export function hasAlembic(): boolean {
  try {
    execFileSync(python, ['-c', 'import alembic, psycopg2'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * What each command wrote.
 * @param files those at the top are modules that revisions import, the others are revisions
 * @param commands Alembic's own: `['upgrade', 'head']`, `['upgrade', 'head', '--sql']`
 * @throws when one fails
 */
export function alembic(
  files: Files,
  { url }: Pick<TestDatabase, 'url'>,
  commands: readonly (readonly string[])[],
): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'pgreview-alembic-'));
  try {
    mkdirSync(join(folder, 'modules'));
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(folder, name.includes('/') ? '' : 'modules', name.split('/').at(-1) ?? ''), text);
    const input = JSON.stringify({ folder, url: url.replace(/^postgres:/, 'postgresql:'), commands });
    return JSON.parse(execFileSync(python, [script], { input, stdio: ['pipe', 'pipe', 'pipe'] }).toString());
  } finally {
    rmSync(folder, { recursive: true });
  }
}
