/** A workspace's files that stand in the test: texts by path. */
import type { FileSystem } from '../../server/src/history/fileSystem.ts';

export const rootUri = 'file:///project';

export function filesInMemory(files: Readonly<Record<string, string>>): FileSystem {
  const texts = new Map(Object.entries(files).map(([path, text]) => [`${rootUri}/${path}`, text]));
  return {
    list: async () => [...texts.keys()].sort(),
    read: async (uri) => texts.get(uri) ?? null,
  };
}
