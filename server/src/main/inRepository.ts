/** What a file is called in its repository: CI services want that, and not the path from where the command runs. */
import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckedFile } from '../report/report.ts';

/** With slashes; as the command named it where there is no repository. */
export function inRepository({ path, document }: CheckedFile): string {
  const file = fileURLToPath(document.uri);
  const top = topOf(dirname(file));
  return (top === null ? path : relative(top, file)).split(sep).join('/');
}

const known = new Map<string, string | null>();

/** The nearest folder upwards that has a .git, which is a file in a work tree. */
function topOf(folder: string): string | null {
  let found = known.get(folder);
  if (found === undefined) {
    const parent = dirname(folder);
    found = existsSync(join(folder, '.git')) ? folder : parent === folder ? null : topOf(parent);
    known.set(folder, found);
  }
  return found;
}
