/** Alembic: from a key press in a revision to its diagnostics, and a whole history in a process that has just started. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { LanguageClient } from './languageClient.ts';
import { type Spread, spreadOf } from './spread.ts';

export interface AlembicTyping {
  readonly lines: number;
  readonly openMs: number;
  /** Milliseconds, of the keys behind the warm-up. */
  readonly keys: Spread;
  /** Of so many lines typed, those whose own finding was there at the last key, and gone once it was deleted. */
  readonly right: number;
  readonly of: number;
}

export interface AlembicHistory {
  readonly revisions: number;
  /** Milliseconds: to find, read and run the revisions. */
  readonly read: Spread;
  /** To replay their statements, nothing known before. */
  readonly replayed: Spread;
}

const warmUp = 20;
const places = 20;
const typed = '\n    op.drop_column("t0", "x")';

const head = (id: string, down: string | null): string =>
  `"""A revision."""\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = "${id}"\ndown_revision = ${down === null ? 'None' : `"${down}"`}\n\n\ndef upgrade() -> None:\n`;

const table = (n: number): string => `    op.create_table(
        "t${n}",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["other_id"], ["t0.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_t${n}_name"), "t${n}", ["name"], unique=False)
    op.add_column("t${n}", sa.Column("x", sa.Text(), nullable=True))
    op.execute("UPDATE t${n} SET x = name WHERE x IS NULL")
`;

/** A revision of tables, indexes and updates; a few lines more than asked for. */
export function generateRevision(lines: number): string {
  let text = head('last', 'first');
  for (let n = 1; text.split('\n').length < lines; n++) text += table(n);
  return text;
}

/** A chain of revisions with ways back, a table in each third. */
export function writeRevisions(folder: string, count: number): void {
  const versions = join(folder, 'versions');
  mkdirSync(versions, { recursive: true });
  writeFileSync(join(folder, 'env.py'), 'from alembic import context\n\ncontext.configure(target_metadata=None)\n');
  for (let n = 0; n < count; n++) {
    const own = n - (n % 3);
    const body =
      n % 3 === 0
        ? table(n)
        : n % 3 === 1
          ? `    with op.batch_alter_table("t${own}") as batch_op:\n        batch_op.add_column(sa.Column("y", sa.Enum("a", "b", name="e${n}")))\n        batch_op.alter_column("name", nullable=False, existing_type=sa.String(255))\n`
          : `    for column in ["created_at", "other_id"]:\n        op.create_index(f"ix_t${own}_{column}", "t${own}", [column])\n`;
    const back = n % 3 === 0 ? `    op.drop_table("t${n}")\n` : '    pass\n';
    const down = n === 0 ? null : `r${n - 1}`;
    writeFileSync(join(versions, `r${n}.py`), `${head(`r${n}`, down)}${body}\n\ndef downgrade() -> None:\n${back}`);
  }
}

export async function measureAlembicTyping(
  command: readonly string[],
  folder: string,
  lines: number,
): Promise<AlembicTyping> {
  const text = generateRevision(lines);
  const versions = join(folder, 'versions');
  mkdirSync(versions, { recursive: true });
  writeFileSync(join(versions, 'first.py'), `${head('first', null)}${table(0)}`);
  const file = join(versions, 'last.py');
  writeFileSync(file, text);
  const uri = pathToFileURL(file).href;
  const client = new LanguageClient(command, folder);
  try {
    await client.initialize(pathToFileURL(folder).href, true);
    const textDocument = { uri, languageId: 'python', version: 1, text };
    const { ms: openMs } = await client.pull(uri, () => client.notify('textDocument/didOpen', { textDocument }));
    let version = 1;
    const change = (range: object, inserted: string) =>
      client.pull(uri, () => {
        version++;
        client.notify('textDocument/didChange', {
          textDocument: { uri, version },
          contentChanges: [{ range, text: inserted }],
        });
      });
    const rows = text.split('\n');
    const ends = rows.flatMap((line, i) => (line.startsWith('    op.execute(') ? [i] : []));
    const times: number[] = [];
    let right = 0;
    for (let place = 0; place < places; place++) {
      const line = ends[Math.floor(((place * 0.618034) % 1) * ends.length)] as number;
      const { length } = rows[line] as string;
      let at = { line, character: length };
      let told = false;
      for (const key of typed) {
        const { ms, diagnostics } = await change({ start: at, end: at }, key);
        at = key === '\n' ? { line: line + 1, character: 0 } : { line: at.line, character: at.character + 1 };
        times.push(ms);
        told = diagnostics.some((d) => d.range.start.line === line + 1);
      }
      const gone = await change({ start: { line, character: length }, end: at }, '');
      if (told && !gone.diagnostics.some((d) => d.range.start.line === line + 1)) right++;
    }
    return { lines: rows.length, openMs, keys: spreadOf(times.slice(warmUp)), right, of: places };
  } finally {
    await client.stop();
  }
}

export async function measureAlembicHistory(folder: string, revisions: number, runs: number): Promise<AlembicHistory> {
  writeRevisions(folder, revisions);
  const script = fileURLToPath(new URL('alembicRun.ts', import.meta.url));
  const results: { read: number; replayed: number }[] = [];
  for (let n = -1; n < runs; n++) {
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder]);
    if (n >= 0) results.push(JSON.parse(stdout));
  }
  return {
    revisions,
    read: spreadOf(results.map((r) => r.read)),
    replayed: spreadOf(results.map((r) => r.replayed)),
  };
}
