// `npm run new-rule -- FAMILY ID`: the files of a new rule, to be filled in. docs/writing-rules.md tells what belongs where.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project; another copy of it in tests. */
const root = process.env.PGREVIEW_ROOT ?? fileURLToPath(new URL('..', import.meta.url));
const rulesFolder = join(root, 'server', 'src', 'rules');

const proofsOf = (family) => join(root, 'test', 'postgres', 'proofs', `${family}.ts`);

/** Those of rules on SQL: rules on what a host language says around it have another form. */
const families = () =>
  readdirSync(rulesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isOfSql(entry.name))
    .map((entry) => entry.name);

const isOfSql = (family) => readFileSync(join(rulesFolder, family, 'index.ts'), 'utf8').includes(': readonly Rule[]');

function fail(message) {
  console.error(message);
  process.exit(2);
}

const [family, id, ...more] = process.argv.slice(2);
if (!family || !id || more.length > 0)
  fail('npm run new-rule -- FAMILY ID, for example: npm run new-rule -- locks drop-trigger-locks-table');
if (!families().includes(family)) fail(`There is no family "${family}"; there are ${families().join(', ')}.`);
if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(id))
  fail(`"${id}": an id is in kebab-case, has two words or more and says what is wrong in Postgres's own terms.`);

const name = id.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const ruleFile = join(rulesFolder, family, `${name}.ts`);
const indexFile = join(rulesFolder, family, 'index.ts');
const fixtureFile = join(root, 'test', 'fixtures', 'rules', `${id}.sql`);
const proofFile = proofsOf(family);
for (const file of [ruleFile, fixtureFile]) if (existsSync(file)) fail(`${relative(root, file)} is there already.`);

const rule = `import { defineRule } from '../rule.ts';

export default defineRule({
  id: '${id}',
  family: '${family}',
  severity: 'warning',
  docs: {
    summary: 'TODO: what the rule finds, in one sentence.',
    why: 'TODO: why it matters: what Postgres does.',
    fine: 'TODO: when it is all right to ignore.',
    source: 'https://www.postgresql.org/docs/current/TODO.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE example (id bigint);',
      unsafe: 'DROP TABLE example; -- TODO',
      safe: 'SELECT id FROM example; -- TODO',
    },
  ],
  check: {
    DropStmt(_stmt, _context) {
      // TODO: return where it is not sure, else context.report(span, what is wrong, what to do instead, fixes)
    },
  },
});
`;

const fixture = `-- TODO: SQL that gets the finding, with a line of carets below that marks the words (test/harness/fixture.ts tells how),
-- and everything like it that must not get it.
-- file: migrations/1_tables.sql
CREATE TABLE example (id bigint);
-- file: migrations/2_change.sql
SELECT id FROM example;
`;

/** Text with an element more in the list of names, or the object, that a declaration ends with: `[…];` or `{…};`. */
function withElement(text, declaration, element) {
  const start = text.indexOf(declaration) + declaration.length;
  const end = declaration.endsWith('[')
    ? text.indexOf('];', start)
    : text.startsWith('};', start)
      ? start
      : text.indexOf('\n};', start);
  if (start < declaration.length || end < 0) fail(`The end of "${declaration}" is not found.`);
  const before = text.slice(0, end).trimEnd();
  return `${before}${/[[{,]$/.test(before) ? '' : ','}\n  ${element},\n${text.slice(end).trimStart()}`;
}

const index = readFileSync(indexFile, 'utf8').replace(
  /^import type \{ Rule \} from '\.\.\/rule\.ts';\n/m,
  (line) => `${line}import ${name} from './${name}.ts';\n`,
);
const proofs = readFileSync(proofFile, 'utf8');

writeFileSync(ruleFile, rule);
writeFileSync(indexFile, withElement(index, `export const ${family}Rules: readonly Rule[] = [`, name));
writeFileSync(fixtureFile, fixture);
writeFileSync(
  proofFile,
  withElement(
    proofs,
    `export const ${family}Proofs: Proofs = {`,
    `'${id}': [
    {
      async claim() {
        throw new Error('TODO: run the unsafe and the safe form of the example, and show the harm and its absence.');
      },
    },
  ]`,
  ),
);

const files = [ruleFile, indexFile, proofFile];
const biome = fileURLToPath(new URL('../node_modules/@biomejs/biome/bin/biome', import.meta.url));
spawnSync(process.execPath, [biome, 'check', '--write', ...files], { cwd: root, stdio: 'ignore' });

console.log(`Fill in what says TODO:
${[ruleFile, fixtureFile, proofFile].map((file) => `  ${relative(root, file)}`).join('\n')}
Then:
  npx mocha test/unit/rules.test.ts -g ${id}
  PGREVIEW_TEST_VERSIONS=18 npx mocha --exit test/postgres/rules.test.ts -g ${id}
  node scripts/docs-rules.mjs
docs/writing-rules.md tells what belongs where.`);
