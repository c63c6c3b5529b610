/**
 * Alembic running functions of revisions on servers, one at a time: see online.py. PYTHON names a Python with alembic and
 * psycopg2; /usr/bin/python3 otherwise (Debian: alembic, python3-psycopg2).
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Run {
  /** Of the database. */
  readonly url: string;
  /** Path of the revision. */
  readonly file: string;
  readonly function: 'upgrade' | 'downgrade';
  /** The folder that the application's modules are imported from. */
  readonly root: string;
  /** The naming convention of its metadata. */
  readonly convention: Readonly<Record<string, string>> | null;
}

const usual = process.env.PYTHON ?? '/usr/bin/python3';
const script = fileURLToPath(new URL('online.py', import.meta.url));

/** Versions of Alembic and SQLAlchemy. @throws where there are none */
export const alembicVersions = (python = usual): string =>
  execFileSync(
    python,
    ['-c', 'import alembic, sqlalchemy, psycopg2; print(alembic.__version__, sqlalchemy.__version__)'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
    .toString()
    .trim();

export class AlembicRunner {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(python = usual) {
    this.#process = spawn(python, [script], { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
    // what revisions print
    this.#process.stderr.resume();
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** @returns why it failed; null when it did not */
  async run(run: Run): Promise<string | null> {
    this.#process.stdin.write(`${JSON.stringify(run)}\n`);
    const line = await this.#lines.next();
    if (line.done) throw new Error('Alembic has ended.');
    return (JSON.parse(line.value) as { error: string | null }).error;
  }

  end(): void {
    this.#process.stdin.end();
  }
}
