/**
 * How many functions of real revisions run the SQL that Alembic writes: `node test/alembic/projects.ts FOLDER…`. Each folder
 * holds the revisions of one project; PYTHONPATH may name what they import. Needs a Python with alembic, see generate.ts.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parser } from '../harness/parser.ts';
import { compare, type Judged } from './judge.ts';

const script = fileURLToPath(new URL('offline.py', import.meta.url));

for (const folder of process.argv.slice(2)) {
  const files = readdirSync(folder)
    .filter((f) => f.endsWith('.py') && f !== '__init__.py')
    .map((f) => resolve(join(folder, f)));
  const written = execFileSync(process.env.PYTHON ?? '/usr/bin/python3', [script], {
    cwd: folder,
    input: JSON.stringify(files),
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    maxBuffer: 1e8,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const counts = { equal: 0, different: 0, doubtful: 0, absent: 0 };
  for (const judged of JSON.parse(written.toString()) as Judged[]) {
    const verdict = compare(readFileSync(judged.file, 'utf8'), judged, parser);
    counts[verdict.kind]++;
    if (verdict.kind === 'different') console.log(judged.file, judged.function, verdict.ours, verdict.theirs);
    if (verdict.kind === 'doubtful') console.log(judged.file, judged.function, verdict.reasons);
    if (verdict.kind === 'absent') console.log(judged.file, judged.function, judged.error ?? 'no such function');
  }
  console.log(folder, counts);
}
