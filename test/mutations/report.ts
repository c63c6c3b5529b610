/** What the mutations found, for the terminal and for docs/mutations.md. */
import type { Counts } from './project.ts';

export interface ProjectOutcome {
  readonly name: string;
  readonly counts: ReadonlyMap<string, Counts>;
  /** Findings on names in the files as they are. */
  readonly falseAlarms: number;
}

const columns = ['refused', 'static', 'embedded', 'live', 'none'] as const;

/** GitHub's; the last row is the sum. */
export function table(counts: ReadonlyMap<string, Counts>): string {
  const row = (title: string, count: Counts): string =>
    `| ${title} | ${columns.map((column) => count[column]).join(' | ')} |`;
  return [
    '| mistake | refused by Postgres 18 | static | embedded | live | none |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...[...counts].map(([kind, count]) => row(kind, count)),
    row('**all**', sumOf(counts)),
  ].join('\n');
}

function sumOf(counts: ReadonlyMap<string, Counts>): Counts {
  const sum: Counts = { refused: 0, static: 0, embedded: 0, live: 0, none: 0 };
  for (const count of counts.values()) for (const column of columns) sum[column] += count[column];
  return sum;
}

const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

export function markdown(projects: readonly ProjectOutcome[], total: ReadonlyMap<string, Counts>): string {
  const sum = sumOf(total);
  const names = projects.map(({ name }) => name).join(', ');
  const alarms = projects.reduce((count, { falseAlarms }) => count + falseAlarms, 0);
  return `# Mistakes on purpose

Written by \`npm run mutations -- --write\`, with the folders of projects in \`PGREVIEW_PROJECTS\`; here ${names}.

Into the SQL of each project a script puts mistakes of eleven kinds, one at a time: misspelt columns, tables, aliases, types, enum
values, constraints and indexes, a value too few, a column without its table, a table that was dropped or is there already. Each is
run on Postgres 18 at its place in the history. Of those that it refuses for what they are, while it takes the statement as it
was written, up to 40 of a kind and project are counted. Found means: an error was reported that was not there before, and it marks
the words that were changed.

- *Static*: the review by itself, from the files, at once. ${sum.static} of ${sum.refused} (${percent(sum.static, sum.refused)}).
- *Embedded*: the Postgres that pgreview carries, in which the migrations before have run.
  It says nothing of tables, types and the like that it does not know at all, as an extension or another hand may have made them:
  the static review does. ${sum.embedded} of ${sum.refused} (${percent(sum.embedded, sum.refused)}).
- *Live*: a connected database that has run the migrations before. Of migrations it is asked about queries only, and no definition
  is ever sent there. ${sum.live} of ${sum.refused} (${percent(sum.live, sum.refused)}).
- *None* of the three: ${sum.none} (${percent(sum.none, sum.refused)}).

In the files as they are, ${alarms} findings on names were reported.

${table(total)}
${projects.map(({ name, counts }) => `\n## ${name}\n\n${table(counts)}\n`).join('')}`;
}
