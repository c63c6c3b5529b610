/** Writes docs/comparison.md. Run by `npm run compare`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { startServer, stopServers } from '../harness/servers.ts';
import { type Answer, type Verdict, verdictOf } from './answers.ts';
import { ourAnswer } from './ours.ts';
import { ask, peers } from './peers.ts';
import { sections } from './statements.ts';
import { filledShop, inWords, truthOf } from './truth.ts';

const root = new URL('../../../', import.meta.url);
const folder = process.env.PGREVIEW_BENCH_PEERS;
if (!folder) throw new Error('Run it with `npm run compare`, which installs the tools to compare with.');

const tools = ['pgreview', ...peers] as const;
const marks: Readonly<Record<Verdict, string>> = { right: '✓', missed: '– missed', false: '✗' };

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function shown(verdict: Verdict, { said }: Answer): string {
  const rules = [...new Set(said.map((s) => s.rule))].join(', ');
  return cell(`${marks[verdict]}${rules && verdict !== 'missed' ? ` ${rules}` : ''}`);
}

const versions = (
  JSON.parse(readFileSync(new URL('scripts/bench-peers/package.json', root), 'utf8')) as {
    dependencies: Record<string, string>;
  }
).dependencies;

const server = await startServer(18);
const shop = filledShop(server);
const counts = new Map<string, Record<Verdict, number>>(tools.map((t) => [t, { right: 0, missed: 0, false: 0 }]));
const tables: string[] = [];
let total = 0;
for (const { title, statements } of sections) {
  const rows: string[] = [];
  for (const compared of statements) {
    total++;
    const truth = await truthOf(server, shop, compared);
    const answers = [
      ourAnswer(compared.sql),
      ...(await Promise.all(peers.map((peer) => ask(peer, compared.sql, folder)))),
    ];
    const cells = tools.map((tool, i) => {
      const answer = answers[i] as Answer;
      const verdict = verdictOf(compared, truth, answer);
      (counts.get(tool) as Record<Verdict, number>)[verdict]++;
      return shown(verdict, answer);
    });
    const does = `${inWords(truth)}${compared.loses ? `; ${compared.loses === 'data' ? 'data is lost' : 'clients that use the old name fail'}` : ''}`;
    rows.push(`| \`${cell(compared.sql)}\` | ${cell(does)} | ${cells.join(' | ')} |`);
  }
  tables.push(
    `## ${title}\n\n| statement | Postgres 18 | ${tools.join(' | ')} |\n| --- |${' --- |'.repeat(tools.length + 1)}\n${rows.join('\n')}`,
  );
}
await (await shop).drop();
await stopServers();

const summary = tools
  .map((tool) => {
    const { right, missed, false: wrong } = counts.get(tool) as Record<Verdict, number>;
    return `| ${tool} | ${right} | ${missed} | ${wrong} |`;
  })
  .join('\n');

writeFileSync(
  new URL('docs/comparison.md', root),
  `# ${total} statements, four tools, and what Postgres does

<!-- Written by test/postgres/comparison/write.ts (\`npm run compare\`). -->

Each statement was run on a Postgres 18 with rows in all tables (test/postgres/comparison/statements.ts): its locks read from
a second session, rewrites from the file nodes, reads of whole tables from the statistics. Each tool was asked about a file
that sets lock_timeout and statement_timeout and then runs the statement. pgreview read the migration that made the tables
before it, as it does in a project; the others read no other files.

Counted is what a tool says of what the statement *does* (errors and warnings; pgfence: medium risk and above), not rules of
style. ✓ it said that the statement fails, warned of others waiting while a whole table is read or written, or of a loss; or it was rightly
silent. "missed": it said nothing of these. ✗ it warned of a statement for which nobody waits, or spoke of a rewrite where
nothing is rewritten. A lock that is held for a moment only is nobody's mistake, told or not. The versions:
Squawk ${versions['squawk-cli']}, Postgres Language Server ${versions['@postgres-language-server/cli']}, pgfence ${versions['@flvmnt/pgfence']}.

| | right | missed | false |
| --- | --- | --- | --- |
${summary}

${tables.join('\n\n')}
`,
);
process.stdout.write(`${summary}\n`);
