/**
 * How many functions of real revisions run the SQL that Alembic writes: `node test/alembic/projects.ts PROJECTS.json [NAME…]`.
 * The file lists projects as {@link Project}; folders are beside it. What Alembic wrote is kept there too, by version. Needs a
 * Python with alembic, see generate.ts; PYTHON names another.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { conventionFor } from '../../server/src/sources/alembic/environment.ts';
import { ProjectModules } from '../../server/src/sources/alembic/projectModules.ts';
import { isRevision } from '../../server/src/tools/alembic.ts';
import { parser } from '../harness/parser.ts';
import { compare, type Judged, type Verdict } from './judge.ts';

interface Project {
  readonly name: string;
  /** The folder that its modules are imported from. */
  readonly root: string;
  /** The folder that the revisions are in or below, itself below `root`. */
  readonly versions: string;
  /** The naming convention of its metadata; what begins with `lambda` is Python. */
  readonly convention: Readonly<Record<string, string>> | null;
}

const script = fileURLToPath(new URL('offline.py', import.meta.url));
const python = process.env.PYTHON ?? '/usr/bin/python3';
const [list = '', ...names] = process.argv.slice(2);
const home = resolve(dirname(list));
const version = run(
  ['-c', 'import alembic, sqlalchemy; print(alembic.__version__, sqlalchemy.__version__)'],
  home,
  '',
).trim();

function run(args: readonly string[], cwd: string, input: string): string {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  return execFileSync(python, args, { cwd, input, env, maxBuffer: 1e9, stdio: ['pipe', 'pipe', 'ignore'] }).toString();
}

function judgedOf({ name, root, versions, convention }: Project): Judged[] {
  const kept = join(home, `${name.replace('/', '+')} ${version}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as Judged[];
  const folder = join(home, root, versions);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith('.py'))
    .sort()
    .map((f) => join(folder, f))
    .filter((f) => isRevision(readFileSync(f, 'utf8')));
  const written = run([script], folder, JSON.stringify({ files, root: join(home, root), convention }));
  writeFileSync(kept, written);
  return JSON.parse(written) as Judged[];
}

/** Texts of a folder's Python files by URI. */
function pythonIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.py'));
  return new Map(
    files.map((f) => [pathToFileURL(join(folder, f)).href, readFileSync(join(folder, f), 'utf8')] as const),
  );
}

type Counts = Record<Verdict['kind'], number>;

const zero = (): Counts => ({ equal: 0, different: 0, doubtful: 0, absent: 0 });

/** By the name of the function, and together. */
class Table {
  readonly upgrade = zero();
  readonly downgrade = zero();

  count(name: 'upgrade' | 'downgrade', { kind }: Verdict): void {
    this[name][kind]++;
  }

  print(title: string): void {
    const sum = (kind: Verdict['kind']): number => this.upgrade[kind] + this.downgrade[kind];
    const judged = sum('equal') + sum('different') + sum('doubtful');
    const cells = [title, judged + sum('absent'), judged, share(this.upgrade), share(this.downgrade)];
    console.log(`| ${[...cells, sum('different'), sum('doubtful')].join(' | ')} |`);
  }
}

/** `106 of 108 (98.1 %)` of the functions that Alembic runs. */
function share({ equal, different, doubtful }: Counts): string {
  const judged = equal + different + doubtful;
  return judged === 0 ? '–' : `${equal} of ${judged} (${((100 * equal) / judged).toFixed(1)} %)`;
}

const total = new Table();
for (const project of JSON.parse(readFileSync(list, 'utf8')) as Project[]) {
  if (names.length > 0 && !names.includes(project.name)) continue;
  const modules = new ProjectModules(pythonIn(join(home, project.root)));
  const counts = new Table();
  for (const judged of judgedOf(project)) {
    const verdict = compare(readFileSync(judged.file, 'utf8'), judged, parser, {
      uri: pathToFileURL(judged.file).href,
      modules,
      convention: conventionFor(pathToFileURL(judged.file).href, modules),
    });
    counts.count(judged.function, verdict);
    total.count(judged.function, verdict);
    const at = `${verdict.kind} ${judged.file} ${judged.function}`;
    if (verdict.kind === 'different') console.log(at, verdict.ours, verdict.theirs);
    if (verdict.kind === 'doubtful') console.log(at, verdict.reasons);
    if (verdict.kind === 'absent') console.log(at, judged.error ?? 'no such function');
  }
  counts.print(project.name);
}
total.print('together');
