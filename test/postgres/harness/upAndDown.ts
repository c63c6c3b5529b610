/** Runs a migration forward and back in a transaction, and tells what the schema is like then. */
import type pg from 'pg';
import type { History } from '../../../server/src/history/history.ts';
import { backwardOf } from '../../../server/src/historyFindings.ts';
import { forwardPart } from '../../../server/src/sources/piece.ts';
import type { Workspace } from '../../../server/src/workspace.ts';
import { schemaDump } from './schemaDump.ts';

export interface UpAndDown {
  /** Lines of the schema that are there only behind the backward part. */
  readonly left: readonly string[];
  /** Lines that are there only before the migration. */
  readonly missing: readonly string[];
  /** Why the backward part failed; null when it did not. */
  readonly error: string | null;
}

/** What transactions cannot hold is run in the way that they can: the schema ends the same. */
const inTransaction = (sql: string): string =>
  /^\s*(?:begin|commit|start\s+transaction|end)\b/i.test(sql) ? '' : sql.replace(/\bconcurrently\b/gi, '');

const types = `SELECT concat('type ', t.typname, ' ', t.typtype) AS line FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND t.typrelid = 0 AND t.typelem = 0 AND t.typtype <> 'm'`;

/** The schema, without the order of columns: what is put back comes last. */
export async function dumpUnordered(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(types);
  return [...(await schemaDump(client)), ...rows.map((r) => r.line)].map((line) =>
    line.replace(/^(column \S+) \d+ /, '$1 '),
  );
}

async function runsBeside(client: pg.Client, statements: readonly string[]): Promise<boolean> {
  try {
    for (const sql of statements) await client.query(sql);
    return true;
  } catch {
    return false;
  }
}

/**
 * Each migration of the history forward and back, and forward again for the next one. Null where it has no backward part, or
 * cannot run in a transaction.
 * @param onFailure told of a migration that fails forward
 */
export async function upAndDown(
  client: pg.Client,
  workspace: Workspace,
  history: History,
  onFailure: (message: string) => void,
): Promise<Map<string, UpAndDown | null>> {
  const results = new Map<string, UpAndDown | null>();
  const way = { history, get: (uri: string) => workspace.get(uri) };
  for (const uri of history.files) {
    const forward = (workspace.get(uri)?.pieces ?? []).flatMap(forwardPart).map((s) => inTransaction(s.body));
    const backward = backwardOf(uri, way)?.part.statements.map((s) => inTransaction(s.statement.body));
    try {
      await client.query('BEGIN');
      const before = backward ? await dumpUnordered(client) : [];
      for (const sql of forward) await client.query(sql);
      if (!backward || backward.length === 0) {
        await client.query('COMMIT');
        results.set(uri, null);
        continue;
      }
      await client.query('SAVEPOINT forward');
      let error: string | null = null;
      let after: string[] = before;
      try {
        for (const sql of backward) await client.query(sql);
        after = await dumpUnordered(client);
      } catch (failure) {
        error = (failure as Error).message;
      }
      await client.query('ROLLBACK TO SAVEPOINT forward');
      await client.query('COMMIT');
      results.set(uri, {
        left: after.filter((line) => !before.includes(line)),
        missing: before.filter((line) => !after.includes(line)),
        error,
      });
    } catch (failure) {
      await client.query('ROLLBACK');
      results.set(uri, null);
      // what cannot share a transaction is run without one, and not back
      if (!(await runsBeside(client, forward))) onFailure(`${uri} fails forward: ${(failure as Error).message}`);
    }
  }
  return results;
}
