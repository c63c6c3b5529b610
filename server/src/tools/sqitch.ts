/**
 * sqitch: deploy/CHANGE.sql in the order of sqitch.plan, run by psql without --single-transaction; scripts open their
 * transactions themselves (sqitch.org/docs/manual/sqitch; lib/App/Sqitch/Engine/pg.pm). revert/ undoes, verify/ looks.
 */
import { parent } from './paths.ts';
import { script, undoScript } from './script.ts';
import type { Beside, SqlTool } from './tool.ts';

export const sqitch: SqlTool = {
  id: 'sqitch',
  isNamed: (uri) => uri.endsWith('.sql'),
  owns: ({ uri }, beside) => topOf(uri, beside) !== null,
  running: ({ uri }, sql, beside) => ({
    wrapping: 'none',
    downFrom: isDeployed(uri, beside) ? sql.length : 0,
    declared: false,
  }),
  isForward: ({ uri }, beside) => isDeployed(uri, beside),
  backwardOf: (uri) => uri.replace(/\/deploy\/(?!.*\/deploy\/)/, '/revert/'),
  folderOf: (uri) => /^(.*)\/(?:deploy|revert|verify)\//.exec(uri)?.[1] ?? parent(uri),
  order(files, folder, beside) {
    const there = new Set(files.map((f) => f.uri));
    const planned = changesOf(beside.get(`${folder}/sqitch.plan`) ?? '').map((name) => `${folder}/deploy/${name}.sql`);
    return planned.filter((uri) => there.has(uri));
  },
  writeListed(migration, { folder, read, now }) {
    const list = `${folder}/sqitch.plan`;
    const plan = read(list);
    const planner = plannerOf(plan);
    const { name, statements, undo } = migration;
    if (planner === null || changesOf(plan).includes(name)) return null;
    const of = `${/^%project=(\S+)/m.exec(plan)?.[1] ?? ''}:${name}`.replace(/^:/, '');
    return {
      created: [
        { uri: `${folder}/deploy/${name}.sql`, text: `-- Deploy ${of} to pg\n\n${script(statements)}` },
        { uri: `${folder}/revert/${name}.sql`, text: `-- Revert ${of} from pg\n\n${undoScript({ undo })}` },
      ],
      list,
      added: `${name} ${now.toISOString().replace(/\.\d+/, '')} ${planner} # ${name.replaceAll('_', ' ')}\n`,
    };
  },
};

/** Of the last change in it: `Ada Lovelace <ada@example.com>`. */
function plannerOf(plan: string): string | null {
  const planners = [...plan.matchAll(/^[^\s#%@]\S*(?: \[[^\]]*\])? \d{4}-\d\d-\d\dT[\d:]+Z (\S.*? <[^>\n]*>)/gm)];
  return planners.at(-1)?.[1] ?? null;
}

const isDeployed = (uri: string, beside: Beside): boolean => uri.startsWith(`${topOf(uri, beside)}/deploy/`);

/** The folder with the plan; null when there is none. */
function topOf(uri: string, beside: Beside): string | null {
  for (const match of uri.matchAll(/\/(?:deploy|revert|verify)(?=\/)/g)) {
    const top = uri.slice(0, match.index);
    if (beside.has(`${top}/sqitch.plan`)) return top;
  }
  return null;
}

/** Names of the scripts, in order. A reworked change has its earlier scripts under `NAME@TAG`, by the first tag behind it. */
export function changesOf(plan: string): string[] {
  const names: string[] = [];
  const lastOf = new Map<string, number>();
  const tags: { readonly at: number; readonly tag: string }[] = [];
  for (const line of plan.split(/\r?\n/)) {
    const name = /^\s*\+?\s*([^\s#%[]+)/.exec(line)?.[1];
    if (name === undefined) continue;
    if (name.startsWith('@')) {
      tags.push({ at: names.length, tag: name });
      continue;
    }
    const earlier = lastOf.get(name);
    const tag = earlier === undefined ? undefined : tags.find((t) => t.at > earlier)?.tag;
    if (earlier !== undefined && tag !== undefined) names[earlier] = `${name}${tag}`;
    lastOf.set(name, names.length);
    names.push(name);
  }
  return names;
}
