/** Real SQL: what the repository itself holds and, when PGREVIEW_REGRESS names a folder, all its .sql files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expandSnippet } from '../postgres/harness/expandSnippet.ts';
import { snippets } from '../postgres/harness/snippets.ts';

export interface CorpusFile {
  readonly name: string;
  readonly text: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

function sqlFiles(folder: string): CorpusFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

/** The examples, the rules' fixtures, the function bodies and the snippets: a few hundred statements. */
export const ownCorpus: readonly CorpusFile[] = [
  ...sqlFiles(join(root, 'examples')),
  ...sqlFiles(join(root, 'test', 'fixtures', 'rules')),
  ...sqlFiles(join(root, 'test', 'fixtures', 'bodies')),
  ...snippets.map(({ prefix, body }) => ({ name: `snippet ${prefix}`, text: expandSnippet(body) })),
];

/** Such as `src/test/regress/sql` of PostgreSQL's own sources. Null when PGREVIEW_REGRESS is not set. */
export const regressionCorpus: readonly CorpusFile[] | null = process.env.PGREVIEW_REGRESS
  ? sqlFiles(process.env.PGREVIEW_REGRESS)
  : null;

/** Numbers in [0, 1), the same for the same seed: a run can be repeated. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
