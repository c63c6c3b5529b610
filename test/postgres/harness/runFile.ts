/** Runs a file of SQL the way that its tool does, and tells what each statement did. */
import type pg from 'pg';
import type { Wrapping } from '../../../server/src/catalog/session.ts';
import { SqlText } from '../../../server/src/syntax/sqlText.ts';
import { parser } from '../../harness/parser.ts';
import { type Effects, observeNext } from './effects.ts';
import type { TestDatabase } from './servers.ts';

export interface StatementEffects {
  readonly sql: string;
  readonly effects: Effects;
}

/**
 * What each statement did; without those that begin or end a transaction or cannot run in one. Of a file that is sent as
 * one string (`implicit`, `single`) nothing can be seen on the way: run it as `tool` to see that.
 * @throws when a statement fails, and names it.
 */
export async function runFile(database: TestDatabase, sql: string, wrapping: Wrapping): Promise<StatementEffects[]> {
  const [subject, watcher] = await Promise.all([database.client(), database.client()]);
  try {
    if (wrapping === 'implicit' || wrapping === 'single') {
      await run(subject, sql);
      return [];
    }
    const seen: StatementEffects[] = [];
    if (wrapping === 'tool') await subject.query('BEGIN');
    let open = wrapping === 'tool';
    for (const { parsed, body } of SqlText.of(sql, parser).statements) {
      if (parsed.kind === 'none') continue;
      const kind = parsed.kind === 'tree' && 'TransactionStmt' in parsed.node ? parsed.node.TransactionStmt.kind : null;
      if (kind || (!open && /\bCONCURRENTLY\b|^(?:VACUUM|DISCARD ALL)\b|^DO\b[\s\S]*\bCOMMIT\b/i.test(body))) {
        await run(subject, body);
        if (kind) open = kind === 'TRANS_STMT_BEGIN' || (open && kind === 'TRANS_STMT_SAVEPOINT');
        continue;
      }
      // for a statement by itself, a transaction of its own, so that its locks can be seen
      if (!open && !/^SET\b/i.test(body)) {
        await subject.query('BEGIN');
        seen.push(await observed(subject, watcher, body));
        await subject.query('COMMIT');
      } else seen.push(await observed(subject, watcher, body));
    }
    if (open) await subject.query('COMMIT');
    return seen;
  } finally {
    await Promise.all([subject.end(), watcher.end()]);
  }
}

async function run(subject: pg.Client, sql: string): Promise<void> {
  try {
    await subject.query(sql);
  } catch (error) {
    throw new Error(`${sql}\nfails: ${(error as Error).message}`, { cause: error });
  }
}

async function observed(subject: pg.Client, watcher: pg.Client, sql: string): Promise<StatementEffects> {
  const effects = await observeNext(subject, watcher, sql);
  if (effects.error) throw new Error(`${sql}\nfails: ${effects.error.message}`, { cause: effects.error });
  return { sql, effects };
}

const blocking = new Set(['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock']);

/** Where a table or an index was read from end to end or written anew while writers or readers had to wait for that. */
export function blockedWork(file: readonly StatementEffects[]): string[] {
  return file.flatMap(({ sql, effects }, i) =>
    effects.locks
      .filter(({ relation }) => !file.slice(0, i).some((earlier) => creates(earlier.sql, relation)))
      .filter(({ relation, mode }) => blocking.has(mode) && [...effects.scans, ...effects.rewrites].includes(relation))
      .map(({ relation, mode }) => `${relation} under ${mode}: ${sql}`),
  );
}

/** Nobody waits for a table that the file itself has just made. */
const creates = (sql: string, relation: string): boolean =>
  `public.${/^CREATE (?:UNLOGGED )?TABLE (\w+)/i.exec(sql)?.[1]}` === relation;
