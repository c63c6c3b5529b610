/**
 * Writes test/fixtures/alembic/expected.json: what Alembic makes of the revisions beside it in offline mode. Needs a Python with
 * alembic and SQLAlchemy (Debian: alembic, python3-psycopg2); its path as the only argument, or /usr/bin/python3.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Judged } from './judge.ts';

const folder = new URL('../fixtures/alembic/', import.meta.url);
const script = fileURLToPath(new URL('offline.py', import.meta.url));
const files = readdirSync(folder)
  .filter((f) => f.endsWith('.py'))
  .sort();
const written = execFileSync(process.argv[2] ?? '/usr/bin/python3', [script], {
  cwd: fileURLToPath(folder),
  input: JSON.stringify({ files }),
  env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
});
const results = JSON.parse(written.toString()) as Judged[];
const failed = results.filter((r) => r.error !== null);
if (failed.length > 0) throw new Error(failed.map((f) => `${f.file} ${f.function}: ${f.error}`).join('\n'));
writeFileSync(new URL('expected.json', folder), `${JSON.stringify(results, null, 2)}\n`);
