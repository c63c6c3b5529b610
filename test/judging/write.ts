/** docs/judged-findings.md: a sample with what Postgres did, and the verdict on each finding. */
import { readFileSync, writeFileSync } from 'node:fs';
import { inWords } from './inWords.ts';
import type { ProjectFinding } from './project.ts';
import type { Observed } from './replay.ts';

/** misleading: nothing in it is untrue, but it cannot matter there, or what it advises is done already. */
type Verdict = 'true' | 'misleading' | 'false';

interface Judged {
  readonly verdict: Verdict;
  /** How it was judged, where the observation by itself does not show it. */
  readonly because?: string;
}

export interface Drawn extends ProjectFinding {
  readonly observed: Observed | null;
}

export interface Source {
  readonly findings: number;
  readonly statements: number;
}

/** What is judged is what was said: another message is another finding. */
export const verdictKey = ({ project, file, line, rule, message }: ProjectFinding): string =>
  `${project} ${file}:${line} ${rule}: ${message}`;

const verdicts = new URL('verdicts.json', import.meta.url);
const page = new URL('../../docs/judged-findings.md', import.meta.url);

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** @throws when a finding of the sample has not been judged, and names it. */
export function writePage(drawn: readonly Drawn[], seed: string, sources: Readonly<Record<string, Source>>): void {
  const judged = JSON.parse(readFileSync(verdicts, 'utf8')) as Record<string, Judged>;
  const counts: Record<Verdict, number> = { true: 0, misleading: 0, false: 0 };
  const rows = drawn.map((finding, i) => {
    const found = judged[verdictKey(finding)];
    if (!found) throw new Error(`Not judged yet: ${verdictKey(finding)}`);
    counts[found.verdict]++;
    const did = finding.observed ? inWords(finding.observed) : 'not run by itself';
    const file = finding.file.replace(/^.*\/migrations\//, '').replace(/\/migration\.sql$/, '');
    const because = found.because ? `${found.verdict}: ${found.because}` : found.verdict;
    return `| ${i + 1} | ${finding.project} | ${cell(`${file}:${finding.line}`)} | ${finding.rule} | ${cell(finding.message)} | ${cell(did)} | ${cell(because)} |`;
  });
  const from = Object.entries(sources).map(
    ([name, s]) => `${name} (${s.findings} findings in ${s.statements} statements)`,
  );
  const rules = new Set(drawn.map(({ rule }) => rule)).size;
  writeFileSync(
    page,
    `# ${drawn.length} findings in real migrations, judged

<!-- Written by test/judging/write.ts (\`npm run judge\`). -->

Drawn from all findings of severity warning and error in ${from.join(', ')}: one of each of the ${rules} rules that speak there, the rest at
random (seed ${seed}). Each project's migrations were run on a Postgres 18 up to the file; its tables were filled with rows; then the
file ran in the transactions that its tool opens, and beside each statement stands what a second session saw of it: locks
that somebody has to wait for, tables written anew or read from end to end, failures. (A statement that fails because of our rows ran
again without them.) The verdict comes from reading statement, message and observation together (test/judging/verdicts.json).
Wrong is what is untrue (*false*) and what cannot matter there (*misleading*): a table that nobody can be using yet, that has no
rows by construction, a danger that the file has dealt with. Of what is dropped it was looked up whether the file keeps it in
another place.

Five samples before this one (seeds 1 to 5) led to what is mended since; the fifth had one wrong finding. Most of the others were
about tables that a NOT NULL column without a default needs to be empty, columns and tables that the file itself had made or copied,
and foreign keys to tables of the same file.

**${counts.true} true, ${counts.misleading} misleading, ${counts.false} false.**

| | project | where | rule | says | Postgres 18 | verdict |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`,
  );
}
