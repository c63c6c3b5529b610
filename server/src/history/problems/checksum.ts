/** Atlas: files that are not as atlas.sum has them. */
import { baseName } from '../../tools/paths.ts';
import type { HistoryProblem } from './problem.ts';

export const checksum: HistoryProblem = {
  id: 'checksum-mismatch',
  severity: 'error',
  docs: {
    summary: 'A migration is not as atlas.sum has it.',
    why: 'Atlas keeps a hash of every file in atlas.sum, each over all files up to it, and runs nothing while one differs ("checksum mismatch").',
    fine: 'Never: run `atlas migrate hash` when the change is meant. A file that databases have run already should not change at all.',
    source: 'https://atlasgo.io/concepts/migration-directory-integrity',
  },
  async find({ tool, folder, beside, files, members }) {
    const sum = beside.get(`${folder}/atlas.sum`);
    if (tool.id !== 'atlas' || sum === undefined) return [];
    const noted = [...sum.matchAll(/^(\S.*?) h1:(\S+)[ \t]*\r?$/gm)].map(([, name, hash]) => ({ name, hash }));
    const texts = new Map(members.map((m) => [m.uri, m.text]));
    const there = files.map((uri) => ({ uri, name: baseName(decodeURIComponent(uri)), text: texts.get(uri) ?? '' }));
    // text that was no UTF-8 cannot be hashed as the bytes it was; directives of Atlas leave files out
    if (noted.length === 0 || there.some(({ text }) => text.includes('\uFFFD') || text.includes('atlas:sum')))
      return [];
    const help =
      'Atlas stops with "checksum mismatch" and runs nothing. If the change is meant, run "atlas migrate hash".';
    const first = there.findIndex(({ name }, i) => noted[i]?.name !== name);
    if (first >= 0 || noted.length > there.length) {
      const at = there[first] ?? there.at(-1);
      const expected = noted[first < 0 ? there.length : first]?.name;
      if (!at) return [];
      const isNew = first >= 0 && !noted.some(({ name }) => name === at.name);
      const message = isNew
        ? 'atlas.sum does not list this file.'
        : `atlas.sum lists ${expected}, and there is no such file.`;
      return [{ uri: at.uri, at: null, message, help }];
    }
    // each hash is over all files up to its own: when the last is right, all are
    const matches = async (i: number, textOf = (text: string) => text): Promise<boolean> =>
      (await hash(there.slice(0, i + 1).flatMap(({ name, text }) => [name, textOf(text)]))) === noted[i]?.hash;
    if (await matches(there.length - 1)) return [];
    // git may have given the files line ends of Windows, which whoever runs them elsewhere does not have
    const ofGit = there.some(({ text }) => text.includes('\r\n'));
    if (ofGit && (await matches(there.length - 1, (text) => text.replaceAll('\r\n', '\n')))) return [];
    let [good, bad] = [-1, there.length - 1];
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      if (await matches(middle)) good = middle;
      else bad = middle;
    }
    const { uri } = there[bad] as (typeof there)[number];
    return [{ uri, at: null, message: 'This file is not as atlas.sum has it.', help }];
  },
};

/** SHA-256 in base64. */
async function hash(parts: readonly string[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(parts.join('')));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
