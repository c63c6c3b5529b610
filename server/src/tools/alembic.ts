/**
 * Alembic: revisions along down_revision. By default all pending ones run in one transaction (`transaction_per_migration` is
 * off); `autocommit_block()` ends that, runs what is inside by itself, and begins another
 * (alembic.sqlalchemy.org/en/latest/api/runtime.html). So a new revision always uses it.
 */

import { joinVersionFolders } from './alembicFolders.ts';
import { type Revision, readRevision } from './alembicHead.ts';
import { pythonString, quoteOf, revisionFile } from './alembicRevision.ts';
import { nextVersion } from './newVersion.ts';
import type { MigrationTool, NewFile, NewMigration, Place, ToolFile } from './tool.ts';

export { type Revision, readRevision } from './alembicHead.ts';

/** `revision = "…"` at the top makes a file an Alembic revision. */
export const isRevision = (text: string): boolean => /^revision\b[^=\n]*=\s*[uU]?["']/m.test(text);

export const alembic: MigrationTool = {
  id: 'alembic',
  owns: ({ text }) => isRevision(text),
  joinFolders: joinVersionFolders,
  order: (files) => orderRevisions(files),
  write(migration, place) {
    const revisions = place.files.flatMap((uri) => readRevision({ uri, text: place.read(uri) }) ?? []);
    const below = new Set(revisions.flatMap((r) => r.down));
    const heads = revisions.filter((r) => !below.has(r.id));
    const [head] = heads;
    // of two heads nobody knows which it should follow
    if (!head || heads.length > 1) return null;
    const like = { uri: head.uri, text: place.read(head.uri) };
    const revision = {
      id: newId(head.id, migration, place),
      message: migration.name.replaceAll('_', ' '),
      down: [head.id],
      upgrade: operations(migration.statements, quoteOf(like.text)),
      downgrade: operations(migration.undo, quoteOf(like.text)),
    };
    return [revisionFile(revision, like, place)];
  },
};

function operations(statements: readonly string[], quote: '"' | "'"): string[] {
  if (statements.length === 0) return [];
  return ['with op.get_context().autocommit_block():', ...statements.map((s) => execution(s, quote))];
}

/** A word behind a colon would be a parameter of SQLAlchemy's text(). */
function execution(sql: string, quote: '"' | "'"): string {
  const text = pythonString(sql.replace(/(?<![:\w\\]):(?=\w)/g, '\\:'), quote);
  const line = `    op.execute(${text})`;
  return line.length <= lineWidth ? line : `    op.execute(\n        ${text}\n    )`;
}

/** Black's 88, without the function's own indent. */
const lineWidth = 84;

/** A number behind a number; otherwise twelve digits as Alembic has them, always the same for the same revision. */
function newId(head: string, { name }: NewMigration, { now }: Place): string {
  const next = /^\d{1,6}$/.test(head) ? nextVersion([head], now) : null;
  if (next !== null) return next;
  let [high, low] = [0x811c9dc5, 0x01000193];
  for (const character of `${head} ${name}`) {
    high = Math.imul(high ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    low = Math.imul(low ^ high, 0x85ebca6b) >>> 0;
  }
  return (high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')).slice(0, 12);
}

/** A revision that follows all of these, and changes nothing; null where its file is there already. */
export function mergeRevision(heads: readonly Revision[], place: Place): NewFile | null {
  const [first] = heads;
  if (!first) return null;
  const message = 'merge heads';
  const down = heads.map((head) => head.id);
  const id = newId(down.join(' '), { name: message, statements: [], undo: [], outsideTransaction: false }, place);
  const like = { uri: first.uri, text: place.read(first.uri) };
  return revisionFile({ id, message, down, upgrade: [], downgrade: [] }, like, place);
}

/** From the first to the heads. */
function orderRevisions(files: readonly ToolFile[]): string[] {
  const revisions = files.flatMap((f) => readRevision(f) ?? []).sort((a, b) => (a.uri < b.uri ? -1 : 1));
  const byId = new Map(revisions.map((r) => [r.id, r]));
  const byLabel = new Map(revisions.flatMap((r) => r.labels.map((label) => [label, r])));
  const ordered: string[] = [];
  const done = new Set<string>();
  // depth first with a stack of its own: a chain of revisions is as deep as the history is long
  for (const root of revisions) {
    const stack: { revision: Revision; next: number }[] = [{ revision: root, next: 0 }];
    const open = new Set<string>();
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const { revision } = top;
      if (done.has(revision.id)) {
        stack.pop();
        continue;
      }
      open.add(revision.id);
      const down = [...revision.down, ...revision.dependsOn][top.next++];
      if (down === undefined) {
        done.add(revision.id);
        ordered.push(revision.uri);
        stack.pop();
        continue;
      }
      const below = byId.get(down) ?? byLabel.get(down);
      // a cycle or a missing file ends the way down; what is there is still ordered
      if (below && !open.has(below.id)) stack.push({ revision: below, next: 0 });
    }
  }
  return ordered;
}
