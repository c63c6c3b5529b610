/** The file system of Node, for the core's {@link FileSystem}. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileSystem } from '../history/fileSystem.ts';
import { besideNames, otherMigrations } from '../tools/index.ts';
import { maxFileLength } from '../workspace/files.ts';
import { pathOf, uriOf } from './clientUris.ts';
import { isSkippedFolder } from './skippedFolders.ts';

const kinds = /\.(?:sql|pgsql|psql|ddl|py|prisma|[cm]?[jt]sx?)$/i;
/** A bound for folders that are no project (a home folder opened by mistake). */
const maxFiles = 50_000;

export const nodeFiles: FileSystem = {
  async list(folder) {
    const found: string[] = [];
    const root = pathOf(folder);
    const queue = root === null ? [] : [root];
    for (let next = queue.pop(); next !== undefined && found.length < maxFiles; next = queue.pop()) {
      const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        if (entry.isDirectory()) {
          if (!isSkippedFolder(entry.name)) queue.push(join(next, entry.name));
        } else if (entry.isFile() && [kinds, besideNames, otherMigrations].some((names) => names.test(entry.name)))
          found.push(uriOf(join(next, entry.name)));
      }
    }
    return found.sort();
  },
  async read(uri) {
    try {
      const path = fileURLToPath(uri);
      const about = await stat(path);
      // pipes and devices may never end; four bytes are the most that one character takes
      if (!about.isFile() || about.size > maxFileLength * 4) return null;
      return await readFile(path, 'utf8');
    } catch {
      return null;
    }
  },
  async stamp(uri) {
    try {
      const { mtimeMs, size } = await stat(fileURLToPath(uri));
      return `${mtimeMs} ${size}`;
    } catch {
      return null;
    }
  },
};
