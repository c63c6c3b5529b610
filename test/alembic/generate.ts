/**
 * Writes expected.json of a folder of test/fixtures: what Alembic makes of the revisions beside it in offline mode.
 * `node test/alembic/generate.ts [PYTHON [FOLDER]]`, /usr/bin/python3 and `alembic` otherwise. Needs a Python with alembic and
 * SQLAlchemy (Debian: alembic, python3-psycopg2); for `alembicLibraries` one with sqlmodel, pgvector, alembic_utils and
 * alembic_postgresql_enum.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Judged } from './judge.ts';

const [python = '/usr/bin/python3', name = 'alembic'] = process.argv.slice(2);
const folder = new URL(`../fixtures/${name}/`, import.meta.url);
const script = fileURLToPath(new URL('offline.py', import.meta.url));
const files = readdirSync(folder)
  .filter((f) => f.endsWith('.py'))
  .sort();
const written = execFileSync(python, [script], {
  cwd: fileURLToPath(folder),
  input: JSON.stringify({ files }),
  env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
});
const results = JSON.parse(written.toString()) as Judged[];
const failed = results.filter((r) => r.error !== null);
if (failed.length > 0) throw new Error(failed.map((f) => `${f.file} ${f.function}: ${f.error}`).join('\n'));
writeFileSync(new URL('expected.json', folder), `${JSON.stringify(results, null, 2)}\n`);
