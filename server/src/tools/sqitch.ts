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
    const uriOf = (name: string): string => `${folder}/deploy/${name}.sql`;
    const plan = beside.get(`${folder}/sqitch.plan`) ?? '';
    return changesOf(plan, (name) => there.has(uriOf(name)))
      .map(uriOf)
      .filter((uri) => there.has(uri));
  },
  writeListed(migration, { folder, read, now }) {
    const list = `${folder}/sqitch.plan`;
    const plan = read(list);
    const planner = plannerOf(plan);
    const { name, statements, undo } = migration;
    if (planner === null || changesOf(plan, () => true).includes(name)) return null;
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

/**
 * Names of the scripts, in order. A reworked change has its earlier script under `NAME@TAG`, by a tag between the two: of several
 * the last change's first that has a file (lib/App/Sqitch/Plan.pm, Plan/Change.pm).
 * @param exists whether there is a script of that name
 */
export function changesOf(plan: string, exists: (name: string) => boolean): string[] {
  const changes: { name: string; readonly tags: string[] }[] = [];
  const lastOf = new Map<string, number>();
  for (const line of plan.split(/\r?\n/)) {
    const name = /^\s*\+?\s*([^\s#%[]+)/.exec(line)?.[1];
    if (name === undefined) continue;
    if (name.startsWith('@')) {
      changes.at(-1)?.tags.push(name);
      continue;
    }
    const at = lastOf.get(name);
    const earlier = at === undefined ? undefined : changes[at];
    if (earlier) {
      const names = changes
        .slice(at)
        .reverse()
        .flatMap(({ tags }) => tags.map((tag) => `${name}${tag}`));
      earlier.name = names.find(exists) ?? names[0] ?? name;
    }
    lastOf.set(name, changes.length);
    changes.push({ name, tags: [] });
  }
  return changes.map((change) => change.name);
}
