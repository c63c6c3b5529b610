/** The files that a journal or a plan lists, for tools that keep one. */
import { journalOf } from '../../tools/drizzle.ts';
import { changesOf } from '../../tools/sqitch.ts';
import type { HistoryFiles } from './problem.ts';

export interface Listed {
  /** Of the journal or plan, relative to the history's folder. */
  readonly name: string;
  /** In the order in which they run. */
  readonly uris: readonly string[];
}

/** Null for tools that run whatever is there. */
export function listedIn({ tool, folder, beside, members }: HistoryFiles): Listed | null {
  if (tool.id === 'drizzle') {
    const journal = beside.get(`${folder}/meta/_journal.json`);
    const entries = journal === undefined ? null : journalOf(journal);
    return entries && { name: 'meta/_journal.json', uris: entries.map(({ tag }) => `${folder}/${tag}.sql`) };
  }
  if (tool.id === 'sqitch') {
    const plan = beside.get(`${folder}/sqitch.plan`);
    if (plan === undefined || /^[^\S\r\n]*%(?:include|import)/m.test(plan)) return null;
    const uriOf = (name: string): string => `${folder}/deploy/${name}.sql`;
    const there = new Set(members.map(({ uri }) => uri));
    return { name: 'sqitch.plan', uris: changesOf(plan, (name) => there.has(uriOf(name))).map(uriOf) };
  }
  return null;
}
