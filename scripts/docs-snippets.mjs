// Writes docs/snippets.md from snippets/*.json. With --check it writes nothing, and fails when the page is not up to date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, 'docs', 'snippets.md');

const intro = `# Snippets

<!-- Written by scripts/docs-snippets.mjs from snippets/*.json. -->

In a SQL file, type \`pgr-\` and a word (\`pgr-audit\`), or plain words of the description, and choose from the list. Tab goes
from stop to stop; a name that occurs more than once is typed once. Each snippet runs on Postgres 14–18 in the tests of this
project, which show that it does what it says; where one needs a later version, it says so.

What changes a table in use sets \`lock_timeout\`, so that it gives up instead of making everyone else wait behind it: run it
again then. What builds an index \`CONCURRENTLY\` has to run outside of a transaction.
`;

/** How the families fit together, before their tables. */
const families = {
  'audit.json': [
    'Audit trail',
    `Begin with one of the two log tables and the trigger function, then attach the trigger to each table that is to be
audited. The statement-level form brings its own function and triggers.`,
  ],
  'soft-delete.json': [
    'Soft delete',
    `Begin with the column. The unique index, the view and the trigger are independent of each other; the purge works with and
without the trigger.`,
  ],
  'row-level-security.json': [
    'Row-level security',
    `Choose one of the three kinds of policies for a table, and add the index. Superusers, and roles with \`BYPASSRLS\`, are
bound by no policy: the application has to connect as another role.`,
  ],
};

const found = readdirSync(join(root, 'snippets')).filter((file) => file.endsWith('.json'));
const unknown = found.filter((file) => !Object.hasOwn(families, file));
if (unknown.length > 0) throw new Error(`scripts/docs-snippets.mjs has no heading for snippets/${unknown.join(', ')}`);

const sections = Object.entries(families).map(([file, [title, text]]) => {
  const snippets = Object.values(JSON.parse(readFileSync(join(root, 'snippets', file), 'utf8')));
  const rows = snippets.map(({ prefix, description }) => {
    // "Family: what it is. When to use it."
    const [, what, when] = /^[^:]+: (.+?\.) (.+)$/s.exec(description) ?? [undefined, description, ''];
    return `| \`${prefix}\` | ${capital(what)} | ${when} |`;
  });
  return [`## ${title}`, text, ['| prefix | what | when |', '| --- | --- | --- |', ...rows].join('\n')].join('\n\n');
});

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const wanted = `${[intro.trim(), ...sections].join('\n\n')}\n`;
if (!process.argv.includes('--check')) {
  writeFileSync(page, wanted);
} else if (readFileSync(page, 'utf8') !== wanted) {
  console.error('docs/snippets.md is not up to date: run `node scripts/docs-snippets.mjs`.');
  process.exitCode = 1;
}
