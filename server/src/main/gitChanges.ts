/** What git says has changed: for reviewing a pull request by its own files. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CheckedFile } from '../report/report.ts';
import { onePath } from './clientUris.ts';
import { UsageError } from './usageError.ts';

const run = promisify(execFile);

/**
 * The files that were added or changed since the work tree left a branch or commit, those that git does not know yet included.
 * @param folder in the repository
 * @param commit a branch, a tag or a commit
 * @returns absolute paths, links resolved, as {@link onePath} writes them
 * @throws UsageError where git, the repository or the commit is missing
 */
export async function changedSince(commit: string, folder: string): Promise<ReadonlySet<string>> {
  const top = (await git(folder, commit, ['rev-parse', '--show-toplevel'])).replace(/\r?\n$/, '');
  // where both have gone their ways; what the other branch has got since is not this one's
  const [base = ''] = (await git(top, commit, ['merge-base', '--end-of-options', commit, 'HEAD'])).split(/\r?\n/);
  const names = [
    await git(top, commit, ['diff', '--name-only', '-z', '--no-renames', '--diff-filter=d', base, '--']),
    await git(top, commit, ['ls-files', '--others', '--exclude-standard', '-z']),
  ];
  return new Set(names.flatMap((list) => list.split('\0').filter(Boolean)).map((name) => onePath(join(top, name))));
}

/**
 * What a change has brought: all findings of the files that changed, and those of others that one of these is the reason for,
 * such as a function of long ago that uses the column that is dropped now.
 * @param changed URIs
 */
export function broughtBy(changed: ReadonlySet<string>, files: readonly CheckedFile[]): CheckedFile[] {
  return files.flatMap((file) => {
    if (changed.has(file.document.uri)) return [file];
    const findings = file.findings.filter(({ related }) => related.some(({ uri }) => changed.has(uri)));
    return findings.length > 0 ? [{ ...file, findings }] : [];
  });
}

async function git(folder: string, commit: string, args: readonly string[]): Promise<string> {
  try {
    return (
      await run('git', [...args], {
        cwd: folder,
        // its words are looked at
        env: { ...process.env, LC_ALL: 'C' },
        maxBuffer: 256 * 1024 * 1024,
      })
    ).stdout;
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    const said = stderr
      .trim()
      .split('\n')[0]
      ?.replace(/^fatal: /, '');
    const reason =
      code === 'ENOENT'
        ? 'git was not found'
        : !said
          ? `${commit} and HEAD have no commit in common; a shallow clone lacks them`
          : /valid object name/.test(said)
            ? 'there is no such branch or commit here; a shallow clone lacks those of others'
            : said;
    throw new UsageError(`--since ${commit}: ${reason}`);
  }
}
