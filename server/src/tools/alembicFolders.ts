/**
 * The folders of one Alembic history: those that `version_locations` in alembic.ini names together, and any whose revisions
 * follow, or depend on, one of another folder: Alembic looks for these among all that it reads (alembic.sqlalchemy.org/en/latest/branches.html).
 */
import { type Revision, readRevision } from './alembicHead.ts';
import { parent } from './paths.ts';
import type { Beside, ToolFile } from './tool.ts';

/** @returns to each folder the one of them that its history is known by */
export function joinVersionFolders(files: readonly ToolFile[], beside: Beside): ReadonlyMap<string, string> {
  const folders = new Map<string, Revision[]>();
  for (const file of files) {
    const revision = readRevision(file);
    const folder = parent(file.uri);
    if (revision) folders.set(folder, [...(folders.get(folder) ?? []), revision]);
  }
  const groups = new Groups(folders.keys());
  for (const together of namedTogether(beside)) groups.join(together.filter((folder) => folders.has(folder)));
  for (const [folder, other] of references(folders)) groups.join([folder, other]);
  return groups.ledBy((folder) => folders.get(folder)?.length ?? 0);
}

/** Pairs of folders of which one has a revision that the other one names. */
function references(folders: ReadonlyMap<string, readonly Revision[]>): [string, string][] {
  // an id that several folders have tells nothing
  const homes = new Map<string, string | null>();
  for (const [folder, revisions] of folders)
    for (const { id, labels } of revisions)
      for (const name of [id, ...labels])
        homes.set(name, homes.has(name) && homes.get(name) !== folder ? null : folder);
  return [...folders].flatMap(([folder, revisions]) =>
    revisions.flatMap(({ down, dependsOn }) =>
      [...down, ...dependsOn].flatMap((name): [string, string][] => {
        const home = homes.get(name);
        return home && home !== folder ? [[folder, home]] : [];
      }),
    ),
  );
}

/** Folders that an alembic.ini names as places of one history. */
function namedTogether(beside: Beside): string[][] {
  return [...beside].flatMap(([uri, text]) => {
    if (!uri.endsWith('/alembic.ini')) return [];
    const written = /^version_locations[ \t]*=[ \t]*(.*(?:\n[ \t]+\S.*)*)/m.exec(text)?.[1] ?? '';
    const here = parent(uri);
    const places = written
      .replace(/#.*/g, '')
      .replaceAll('%(here)s', '.')
      .split(/[\s,;]+|:(?!\\|\/\/)/);
    return [places.filter((place) => place !== '' && !place.startsWith('/')).map((place) => resolved(here, place))];
  });
}

/** `folder` and a path that begins in it. */
function resolved(folder: string, path: string): string {
  const words = folder.split('/');
  for (const word of path.split('/')) {
    if (word === '..') words.pop();
    else if (word !== '.' && word !== '') words.push(word);
  }
  return words.join('/');
}

/** Folders, each in one group. */
class Groups {
  readonly #groups = new Map<string, Set<string>>();

  constructor(folders: Iterable<string>) {
    for (const folder of folders) this.#groups.set(folder, new Set([folder]));
  }

  join([first, ...others]: readonly string[]): void {
    for (const other of others) {
      const [into, from] = [this.#groups.get(first as string), this.#groups.get(other)];
      if (!into || !from || into === from) continue;
      for (const folder of from) {
        into.add(folder);
        this.#groups.set(folder, into);
      }
    }
  }

  /** To each folder the one of its group that most of them lie below; of several, the one that has the most. */
  ledBy(size: (folder: string) => number): ReadonlyMap<string, string> {
    const led = new Map<Set<string>, string>();
    for (const group of new Set(this.#groups.values())) {
      const below = (folder: string): number => [...group].filter((other) => other.startsWith(`${folder}/`)).length;
      const ranked = [...group].map((folder) => ({ folder, below: below(folder), size: size(folder) }));
      ranked.sort((a, b) => b.below - a.below || b.size - a.size || (a.folder < b.folder ? -1 : 1));
      led.set(group, ranked[0]?.folder as string);
    }
    return new Map([...this.#groups].map(([folder, group]) => [folder, led.get(group) as string]));
  }
}
