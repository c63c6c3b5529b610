// Writes docs/rules/ from the rules and the problems of histories themselves: a page for each, and a table of them; and their names into the JSON schemas
// of pgreview.json and of the settings, so that VS Code completes them. With --check it writes nothing, and fails when something
// is missing, left over or not up to date. Needs Node 24, which runs TypeScript as it is.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configurableIds } from '../server/src/configuration.ts';
import { historyProblems } from '../server/src/history/problems/index.ts';
import { revisionRules } from '../server/src/rules/alembic/index.ts';
import { rules } from '../server/src/rules/index.ts';
import { modelRules } from '../server/src/rules/prisma/index.ts';
import { templateRules } from '../server/src/rules/typescript/index.ts';
import { migrationSql } from '../test/harness/prismaEngine.ts';
import { openProject } from '../test/harness/project.ts';
import { reviewSql } from '../test/harness/review.ts';
import { reviewModels } from '../test/harness/reviewModels.ts';
import { projectOf, revisionPath } from '../test/harness/revisionExample.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'docs', 'rules');
const mark = '<!-- Written by scripts/docs-rules.mjs from the rule itself. -->';

const families = {
  locks: 'Locks: statements that make others wait',
  transactions: 'Transactions: what cannot, or should not, run in one',
  breaking: 'Breaking changes: data that goes, clients that fail',
  schema: 'Schema design',
  indexes: 'Indexes',
  partitions: 'Partitioning',
  queries: 'Queries',
  security: 'Row-level security and safety',
  functions: 'Functions and triggers',
  names: 'Names: what does not exist, and counts that do not match',
};

/** @param {import('../server/src/rules/rule.ts').Rule} rule */
function page(rule) {
  const { id, severity, docs, examples } = rule;
  const parts = [
    `# ${id}`,
    mark,
    `*${severity}* · ${docs.summary}`,
    '## Why',
    docs.why,
    '## When it is fine',
    docs.fine,
    ...examples.flatMap((example, i) => exampleText(example, examples.length > 1 ? ` ${i + 1}` : '')),
    '## Quick fix',
    fixText(rule),
    '## Silencing it',
    `For one statement, with a comment above it:\n\n${sql(`-- pgreview-ignore ${id}: why it is all right here`)}`,
    `Everywhere, or with another severity, in \`pgreview.json\`:\n\n\`\`\`json\n{ "rules": { "${id}": "off" } }\n\`\`\``,
    `## Source\n\n<${docs.source}>`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function exampleText({ schema, unsafe, safe }, number) {
  const given = schema ? [`Given`, sql(schema)] : [];
  return [`## Example${number}`, ...given, 'Unsafe:', sql(unsafe), 'Safe:', sql(safe)];
}

/** @param {import('../server/src/rules/prisma/modelRule.ts').ModelRule} rule */
async function modelPage(rule) {
  const { id, severity, docs, examples } = rule;
  const parts = [
    `# ${id}`,
    mark,
    `*${severity}* · ${docs.summary}`,
    '## Why',
    docs.why,
    '## When it is fine',
    docs.fine,
    ...examples.flatMap((example, i) => modelExampleText(example, examples.length > 1 ? ` ${i + 1}` : '')),
    '## Quick fix',
    await modelFixText(rule),
    '## Silencing it',
    `For one field, model or enum, with a comment above it:\n\n${prisma(`// pgreview-ignore ${id}: why it is all right here`)}`,
    `For one file, with a comment anywhere in it:\n\n${prisma(`// pgreview-ignore-file ${id}: why it is all right here`)}`,
    `Everywhere, or with another severity, in \`pgreview.json\`:\n\n\`\`\`json\n{ "rules": { "${id}": "off" } }\n\`\`\``,
    `## Source\n\n<${docs.source}>`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function modelExampleText({ before, migrations, schema, unsafe, safe, safeMigrations }, number) {
  const made = before === undefined ? [] : ['What the migrations have made:', prisma(before)];
  const done = migrations ? ['and done besides:', sql(migrations)] : [];
  const given = schema ? ['Given', prisma(schema)] : [];
  const more = safeMigrations ? ['with a migration of your own:', sql(safeMigrations)] : [];
  return [`## Example${number}`, ...made, ...done, ...given, 'Unsafe:', prisma(unsafe), 'Safe:', prisma(safe), ...more];
}

/** What the review offers on the rule's own examples. */
async function modelFixText({ id, examples }) {
  const titles = new Set();
  for (const { before, migrations = '', schema = '', unsafe } of examples) {
    const made =
      before === undefined ? undefined : `${await migrationSql(null, `${schema}\n${before}`)}\n${migrations}`;
    // a fix may bring migrations, where there are some to stand behind
    const of = made ?? (await migrationSql(null, `${schema}\n${unsafe}`));
    for (const known of made === undefined ? [undefined, of] : [of])
      for (const finding of reviewModels(`${schema}\n${unsafe}`, { migrations: known, takesFollowUps: true }))
        for (const { title, safe } of finding.rule === id ? finding.fixes : [])
          titles.add(`- *${title}*${safe ? ' (`pgreview check --fix` applies it)' : ''}`);
  }
  return titles.size === 0
    ? 'None for the example: what to do instead depends on the application.'
    : [...titles].join('\n');
}

const prisma = (text) => `\`\`\`prisma\n${text}\n\`\`\``;

/** @param {import('../server/src/rules/alembic/revisionRule.ts').RevisionRule} rule */
async function revisionPage(rule) {
  const { id, severity, docs, examples } = rule;
  const parts = [
    `# ${id}`,
    mark,
    `*${severity}* · ${docs.summary}`,
    '## Why',
    docs.why,
    '## When it is fine',
    docs.fine,
    ...examples.flatMap((example, i) => revisionExampleText(example, examples.length > 1 ? ` ${i + 1}` : '')),
    '## Quick fix',
    await revisionFixText(rule),
    '## Silencing it',
    `For one statement of Python, with a comment above it:\n\n${python(`# pgreview-ignore ${id}: why it is all right here`)}`,
    `Everywhere, or with another severity, in \`pgreview.json\`:\n\n\`\`\`json\n{ "rules": { "${id}": "off" } }\n\`\`\``,
    `## Source\n\n<${docs.source}>`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function revisionExampleText({ before, modules = {}, top, unsafe, safe }, number) {
  const given = [
    ...(before === undefined ? [] : ['Given what an earlier revision has run:', python(before)]),
    ...Object.entries(modules).flatMap(([name, text]) => [
      `A module of the application, ${name}:`,
      python(text.trimEnd()),
    ]),
    ...(top === undefined ? [] : ['The revision begins:', python(top.trimEnd())]),
  ];
  return [`## Example${number}`, ...given, 'Unsafe:', python(unsafe.trimEnd()), 'Safe:', python(safe.trimEnd())];
}

/** What the review offers on the rule's own examples. */
async function revisionFixText({ id, examples }) {
  const titles = new Set();
  const everywhere = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };
  for (const example of examples) {
    const { service, uri } = await openProject(revisionPath, projectOf(example, example.unsafe));
    for (const { title, diagnostics } of service.codeActions(uri, everywhere, ['quickfix']))
      if (diagnostics?.[0]?.code === id && !title.startsWith('Ignore ')) titles.add(`- *${title}*`);
  }
  return titles.size === 0
    ? 'None for the example: what to do instead depends on the application.'
    : [...titles].join('\n');
}

/** @param {import('../server/src/rules/typescript/templateRule.ts').TemplateRule} rule */
async function templatePage({ id, severity, docs, examples }) {
  const parts = [
    `# ${id}`,
    mark,
    `*${severity}* · ${docs.summary}`,
    '## Why',
    docs.why,
    '## When it is fine',
    docs.fine,
    ...examples.flatMap(({ unsafe, safe }, i) => [
      `## Example${examples.length > 1 ? ` ${i + 1}` : ''}`,
      'Unsafe:',
      typescript(unsafe.trimEnd()),
      'Safe:',
      typescript(safe.trimEnd()),
    ]),
    '## Quick fix',
    await templateFixText({ id, examples }),
    '## Silencing it',
    `For one statement, with a comment above it:\n\n${typescript(`// pgreview-ignore ${id}: why it is all right here`)}`,
    `Everywhere, or with another severity, in \`pgreview.json\`:\n\n\`\`\`json\n{ "rules": { "${id}": "off" } }\n\`\`\``,
    `## Source\n\n<${docs.source}>`,
  ];
  return `${parts.join('\n\n')}\n`;
}

async function templateFixText({ id, examples }) {
  const titles = new Set();
  const everywhere = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };
  for (const { unsafe } of examples) {
    const { service, uri } = await openProject('query.ts', { 'query.ts': unsafe });
    for (const { title, diagnostics } of service.codeActions(uri, everywhere, ['quickfix']))
      if (diagnostics?.[0]?.code === id && !title.startsWith('Ignore ')) titles.add(`- *${title}*`);
  }
  return titles.size === 0 ? 'None.' : [...titles].join('\n');
}

const typescript = (text) => `\`\`\`ts\n${text}\n\`\`\``;
const python = (text) => `\`\`\`python\n${text}\n\`\`\``;

/** @param {import('../server/src/history/problems/problem.ts').HistoryProblem} problem */
function problemPage({ id, severity, docs }) {
  const parts = [
    `# ${id}`,
    mark,
    `*${severity}* · ${docs.summary}`,
    '## Why',
    docs.why,
    '## When it is fine',
    docs.fine,
    '## Silencing it',
    `For one file, with a comment anywhere in it (\`#\` in Python):\n\n${sql(`-- pgreview-ignore-file ${id}: why it is all right here`)}`,
    `Everywhere, or with another severity, in \`pgreview.json\`:\n\n\`\`\`json\n{ "rules": { "${id}": "off" } }\n\`\`\``,
    `## Source\n\n<${docs.source}>`,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** What the review offers on the rule's own examples, each statement on its own and in a migration tool's transaction. */
function fixText({ id, examples }) {
  const lines = new Map();
  for (const [wrapping, where] of [
    ['none', ''],
    ['tool', ' where the migration tool runs the file in a transaction'],
  ])
    for (const { schema, unsafe } of examples)
      for (const finding of reviewSql(unsafe, { schema, wrapping }))
        for (const { title, safe } of finding.rule === id ? finding.fixes : [])
          if (!lines.has(title))
            lines.set(title, `- *${title}*${where}${safe ? ' (`pgreview check --fix` applies it)' : ''}`);
  if (lines.size === 0) return 'None for the example: what to do instead depends on the application.';
  return [...lines.values()].join('\n');
}

const sql = (text) => `\`\`\`sql\n${text}\n\`\`\``;

function table() {
  const listed = [
    ...Object.entries(families).map(([family, title]) => [title, rules.filter((rule) => rule.family === family)]),
    ["Prisma's models", modelRules],
    ["Alembic's revisions", revisionRules],
    ['Templates in TypeScript', templateRules],
    ['Migration histories', historyProblems],
  ];
  const sections = listed.map(([title, members]) => {
    const rows = members.map(
      ({ id, severity, docs }) => `| [${id}](${id}.md) | ${severity} | ${docs.summary.replaceAll('|', '\\|')} |`,
    );
    return [`## ${title}`, ['| rule | severity | what it finds |', '| --- | --- | --- |', ...rows].join('\n')].join(
      '\n\n',
    );
  });
  const intro = `*error*: it fails when it runs. *warning*: it can stop a busy site, break its clients or lose data.
*information*: it will hurt later. A table that is created earlier in the same file or transaction is in nobody's use yet, and
gets no finding about locks. Syntax errors have no page: their message says what is wrong.`;
  return `${['# Rules', mark, intro, ...sections].join('\n\n')}\n`;
}

/** A JSON file with the rules' names where it lists the names of properties. */
function withRuleNames(file) {
  const list = /^( *)"propertyNames": \{\n *"enum": \[[^\]]*\]/m;
  const text = readFileSync(join(root, file), 'utf8');
  if (!list.test(text)) throw new Error(`${file} has no "propertyNames": { "enum": […] }.`);
  return text.replace(list, (_all, indent) => {
    const names = configurableIds.map((id) => `${indent}    "${id}"`).join(',\n');
    return `${indent}"propertyNames": {\n${indent}  "enum": [\n${names}\n${indent}  ]`;
  });
}

/** The texts by file. */
const wanted = new Map([
  [join('docs', 'rules', 'README.md'), table()],
  ...rules.map((rule) => [join('docs', 'rules', `${rule.id}.md`), page(rule)]),
  ...(await Promise.all(
    modelRules.map(async (rule) => [join('docs', 'rules', `${rule.id}.md`), await modelPage(rule)]),
  )),
  ...(await Promise.all(
    revisionRules.map(async (rule) => [join('docs', 'rules', `${rule.id}.md`), await revisionPage(rule)]),
  )),
  ...(await Promise.all(
    templateRules.map(async (rule) => [join('docs', 'rules', `${rule.id}.md`), await templatePage(rule)]),
  )),
  ...historyProblems.map((problem) => [join('docs', 'rules', `${problem.id}.md`), problemPage(problem)]),
  ...['package.json', join('schemas', 'pgreview.schema.json')].map((file) => [file, withRuleNames(file)]),
]);
const there = existsSync(folder) ? readdirSync(folder).map((name) => join('docs', 'rules', name)) : [];
const leftOver = there.filter((file) => !wanted.has(file));
const stale = [...wanted].filter(([file, text]) => {
  const path = join(root, file);
  return !existsSync(path) || readFileSync(path, 'utf8') !== text;
});

if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`${file} is not up to date.`);
  for (const file of leftOver) console.error(`${file} is of no rule.`);
  if (stale.length + leftOver.length > 0) {
    console.error('Run `node scripts/docs-rules.mjs` with Node 24.');
    process.exitCode = 1;
  }
} else {
  mkdirSync(folder, { recursive: true });
  for (const file of leftOver) rmSync(join(root, file));
  for (const [file, text] of stale) writeFileSync(join(root, file), text);
  console.log(
    `${stale.length} files written, ${leftOver.length} removed; ${rules.length + modelRules.length + revisionRules.length + templateRules.length} rules`,
  );
}
