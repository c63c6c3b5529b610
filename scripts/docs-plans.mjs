// Writes docs/plans.md from the advice itself. With --check it writes nothing, and fails when the page is not up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allAdvice } from '../server/src/explain/advice/index.ts';
import { adviceCases } from '../test/postgres/harness/adviceCases.ts';
import { indexCases } from '../test/postgres/harness/adviceIndexCases.ts';
import { queryCases } from '../test/postgres/harness/adviceQueryCases.ts';
import { readingShapes, writingShapes } from '../test/postgres/harness/planShapes.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, 'docs', 'plans.md');

const cases = [...adviceCases, ...indexCases, ...queryCases];
const right = cases.filter(({ code }) => code !== null).length;
const wrong = cases.length - right;

const code = (name) => {
  if (!allAdvice.some((advice) => advice.code === name)) throw new Error(`there is no advice ${name}`);
  return `\`${name}\``;
};
const others = [
  ['pganalyze: disk sort; hash batches', code('spilled-to-disk')],
  ['pganalyze: inefficient index; pgMustard: index efficiency', code('index-finds-too-much')],
  ['pganalyze: large offset', code('offset-skips-many-rows')],
  ['pganalyze: lossy bitmaps; pgMustard: lossy blocks', code('bitmap-lossy')],
  [
    'pganalyze: misestimate; pgMustard: row estimates',
    `${code('row-estimate-off')}, ${code('columns-depend-on-each-other')}`,
  ],
  [
    'pganalyze: slow scan; pgMustard: index potential',
    `${code('scan-discards-most-rows')}, ${code('limit-sorts-whole-table')}`,
  ],
  ['pganalyze: stale statistics', code('stale-statistics')],
  ['pgMustard: operation on disk', `${code('spilled-to-disk')}, with the work_mem that would do`],
  ['pgMustard: cache performance', code('pages-not-in-memory')],
  ['pgMustard: heap fetches', code('index-only-scan-reads-table')],
  ['pgMustard: read efficiency', `${code('table-mostly-empty')}; rows that lie scattered over many pages are not told`],
  ['pgMustard: JIT', code('jit-takes-long')],
  ['pgMustard: planning time', code('planning-takes-long')],
  ['pgMustard: triggers', `${code('trigger-takes-most')}, with the index that a foreign key lacks`],
  ['pgMustard: workers not launched', code('workers-not-launched')],
  [
    'pgMustard: join choice',
    `${code('loop-planned-for-fewer-rows')}, ${code('join-compares-all-pairs')}; of nested loops only`,
  ],
  ['pgMustard: late filter', 'not told'],
  ['pgMustard: data returned', code('much-data-returned')],
];

const text = `# Plans

<!-- Written by scripts/docs-plans.mjs from server/src/explain/advice. -->

## Where a plan comes from

- *Explain Query* and *Explain Query (Analyze)* on a statement in the editor; *Explain Query With…* asks for EXPLAIN's options first.
- A file that ends in \`.plan\` or \`.explain.json\` (\`.txt\`, \`.yaml\`, \`.xml\`) opens as a plan, *Show the Plan on the Clipboard* takes one from
  a chat, *Show the Selected Plan* one from any text.
- \`pgreview explain FILE[:LINE]\` and \`pgreview explain PLAN\` (\`-\` for standard input) on the command line, as text or
  \`--format json\`.

EXPLAIN's text, JSON, YAML and XML are read, as psql prints them (borders, \`\\x\`), as pgAdmin, DBeaver, DataGrip and drivers wrap them, out
of mails and tables in Markdown, out of lines that a terminal or a mail program has broken, and out of the logs of auto_explain: as text,
CSV and JSON, whatever the line's prefix. Several plans in one text are told apart; tasks of Citus are nodes in every format.
\`test/postgres/planLogs.test.ts\` has servers 14 to 18 write their logs in each format. Tests read the plans of ${readingShapes.length + writingShapes.length} queries in all formats on real
servers: the nodes, their places and their figures are the same.

## The plan and its statement

A node that is chosen selects its text: a table, an ON condition, a clause. The other way round, the cursor in the statement marks the
nodes of the smallest text around it. After *Analyze*, the rows that came of each table and join and the time that it took by itself stand
behind it in the editor (\`71,989 rows · 979 ms\`; \`3 rows × 71,522\` for what ran in loops, as Postgres prints their average).
All of it moves along while the file is edited, and ends when the statement's own text is changed. Where a name fits two places, nothing
is claimed.

## Options

*Explain Query* asks for SETTINGS, *Analyze* for BUFFERS as well, and for WAL where the statement writes. *Explain Query With…* takes the
options that you choose and no others; the workspace remembers them. What the server is too old for (MEMORY and SERIALIZE before 17) or
takes with ANALYZE only (WAL, SERIALIZE, TIMING) is left out, and a note above the plan says so. *Generic plan* plans for unknown values of the
parameters, with ANALYZE too, which runs it with those that you give; without it you are asked for values to plan for.
\`test/postgres/explainOptions.test.ts\` tries each on servers. *Analyze* and *Explain Again* in the panel ask for the options that the plan was
made with.

On the command line: \`--analyze\`, \`--options buffers,settings,verbose,wal,memory,serialize,generic,no-timing\`, \`--parameter 1=7\`,
\`--null 2\`, \`--timeout 5\` (seconds), \`--writes\` for a statement that writes, \`--database URL\`. Exit code 2 and one line on standard error
where it could not be planned; Ctrl-C ends the statement on the server first.

\`--stats FILE\` plans in the embedded Postgres as a server with other data would, without its rows: FILE is what
\`pg_dump --statistics-only\` of Postgres 18 writes (it reads older servers too; most common values and histograms of columns are in it, so it
tells of the data, and it goes nowhere). Tables pass for as large as they are there, also where that is 400 GB, and indexes for as tall. On
21 queries a server 18 and the embedded Postgres with its statistics make the same plans, with rows and costs within 1 %
(\`test/postgres/statistics.test.ts\`; servers 14 to 17: the rows). What differs: the settings are the default ones, no plan has parallel workers,
at the ends of an indexed column a server looks up what values there are, statistics on several columns are not taken over (19 is the
first that writes them), and an index that is in the files and not in FILE is taken for an empty one. ANALYZE is refused.

## What the figures are

Time, pages and WAL of a node are its own: what ran inside other nodes is taken off, where it ran and not where it is shown (a CTE runs in
the scan that first reads it, an InitPlan in the node that needs its value), parallel workers are counted side by side. The times of all
nodes add up to the root's, within 1 %; pages exactly. Postgres prints the average of a node's loops, rounded to a thousandth of a
millisecond: over 40,000 loops that can be 20 ms, and the panel says so (\`±20 ms\`). That is a bound, not a guess: \`test/properties/plans.test.ts\`
makes plans whose true figures are known, of loops, workers, WITH queries, InitPlans and subplans, and reads back each node's own within it.
Of several scans of one WITH query a plan does not tell which one ran it, nor where an InitPlan ran that only a select list names (VERBOSE
shows those): the node with the most time of its own is taken.

## Advice

Said of plans that ran only, what could save most first, and nothing that could save less than 1 % of the time. Each is tried on
situations on servers 14 to 18 (${right} in which it is right, ${wrong} look-alikes in which it would be wrong), and what it says is done there:
each index that is proposed is made, each work_mem set, each CREATE STATISTICS and ANALYZE run, statements are written as told (with
the same rows), and the finding has to be gone (\`test/postgres/advice.test.ts\`, \`adviceVector.test.ts\`). That on JIT is tried on Debian's
server (\`jit.test.ts\`): it warns only where the statement is faster without.

A server that ran the plan is asked, in the same transaction, what it knows of the plan's tables: columns, indexes, policies, extended
statistics, when they were analysed, foreign keys whose checks took time. So nothing is proposed that is there, an index that is invalid is
named, and a cast of a varchar is told from one of a number. Of a plan that came as text only that is said which the plan shows.

| code | what |
| --- | --- |
${allAdvice.map(({ code, summary }) => `| <a id="${code}"></a>\`${code}\` | ${summary} |`).join('\n')}

What pganalyze and pgMustard list in their documentation, and what answers to it here. Theirs was not run on the same plans.

| they name | here |
| --- | --- |
${others.map(([name, here]) => `| ${name} | ${here} |`).join('\n')}

What is found stands at its place in the statement too, as diagnostics of *pgreview explain*, until the statement's text is changed or
*Clear what plans have shown* is chosen.

## Trying an index, and writing it down

Where an index would serve, *Try the Index* tells what it would do for the statement:

- **verified**: it was made in a transaction that is rolled back, the statement ran with it in less than four fifths of the time, and came
  to as many rows. Both are run up to three times, and the fastest run counts.
- **estimated**: by the planner's costs. On a server that has the extension hypopg nothing is made and nobody waits (*Try It for Real* makes
  it); a statement that writes, or takes longer than the statement timeout, is planned without and with the index, and not run.
- **unproven**: the planner does not use it, or nothing got faster.

On a server you are asked before an index is made, with the table's size: whoever writes to the table waits meanwhile (SHARE lock), with a
lock timeout of 5 s and the statement timeout for each step. Afterwards the catalog is as before, also when it was cancelled or the connection
was cut (\`test/postgres/tryIndex.test.ts\`); what stays is Postgres's own count of the table's rows and pages, which every CREATE INDEX
brings up to date, rolled back or not. Rows that were changed while older transactions are open can keep Postgres from using the index in
the transaction that made it; then that is said. In the embedded Postgres the tables have the rows only that the migrations insert.

*Write Migration* writes the index as a new migration of the history that makes the table, in its tool's form, built CONCURRENTLY under
the name that Postgres would choose; for a partitioned table ON ONLY it, then on each partition, and attached. Prisma's schema gets its
\`@@index\`. Drizzle, Atlas and node-pg-migrate cannot hold it: then the statement opens by itself, and the reason above it.
\`test/postgres/indexMigrations.test.ts\` runs eleven tools' forms forward and back, and reviews them: nothing is found in them.

## What analysing leaves behind

Nothing: the statement runs in a transaction that is always rolled back, READ ONLY unless it writes and you agreed to that. You are asked
about INSERT, UPDATE, DELETE, MERGE, SELECT INTO and row locks, about functions of Postgres that write or reach outside of the transaction,
and about functions of yours: their source is read (SQL and PL/pgSQL, and what they call), and the question says what is in it. Rows that
a view or an operator would write are stopped by READ ONLY. Sequences are the exception: what \`nextval\` has given out stays given out.
\`test/postgres/explainSafety.test.ts\` runs 72 statements that write or have side effects, and compares tables, rights, roles, large objects,
files, settings and locks before and after; 27 that no rollback undoes are not run before you agree, or not at all.
\`test/postgres/explainFunctions.test.ts\` knows every VOLATILE function of Postgres 14 to 18 as harmless or not.

Cancelling sends the server the protocol's own message, which needs no login and no free connection: what runs ends in some 20 ms
(\`npm run bench\`). From 14 on, a server notices within about a second that an editor was killed.

## How it is shown

*Colour by* chooses what bars, widths and the map tell: time, cost, rows, pages, I/O, WAL, as far as the plan counts it. *Columns* chooses
which figures stand in the tree. Four or more children of a node that are alike, as partitions are, take one row with their sums, and from
the least to the most of them; what has a finding or took a lot stands by itself. *⊣* marks a node that may have been stopped before its last
row. Beside a tree that is longer than the panel stands a map of it: red is what took most.

## Copies

*Copy or Save…* gives the plan as text, as Markdown for a pull request, as JSON, or as a picture (SVG, PNG) of the tree as it is folded or of
the icicle; *Save Plan As…* does the same from the command palette. *Anonymise* replaces the names of tables, columns, indexes, functions and
types (\`table1.column2\`), and constants; what is not known to be Postgres's own is replaced or left out. A property test makes plans of
random names and looks for them in every form of copy. Nothing is sent anywhere: the panel's content policy allows no connection.

Text that is dropped on the panel or pasted into it opens as a plan, and so does a file.

## Keys

In the tree: arrows move, fold and unfold, Enter goes to the statement's text, letters go to a node by its name; a column's header sorts,
*Node* makes it a tree again. In the icicle: up and down between levels, left and right between neighbours, Space zooms in, Escape out.
`;

if (process.argv.includes('--check')) {
  if (readFileSync(page, 'utf8') !== text) {
    console.error('docs/plans.md is not up to date: run node scripts/docs-plans.mjs');
    process.exit(1);
  }
} else writeFileSync(page, text);
