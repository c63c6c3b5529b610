// Writes the table of settings in README.md from package.json. With --check it writes nothing, and fails when the table is not up
// to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const file = join(root, 'README.md');
const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function row([name, { default: value, type, enum: values, description, markdownDescription }]) {
  // A link to a command goes nowhere outside of VS Code.
  const text = (markdownDescription ?? description).replace(/\[([^\]]*)\]\(command:[^)]*\)/g, '*$1*');
  const choices = values ? ` (${values.map((each) => `\`${each}\``).join(', ')})` : '';
  const initial = type === 'object' || type === 'array' ? JSON.stringify(value) : String(value);
  return `| \`${name}\` | \`${initial}\` | ${`${text}${choices}`.replaceAll('|', '\\|')} |`;
}

const settings = Object.entries(contributes.configuration.properties).sort(([, a], [, b]) => a.order - b.order);
const table = ['| setting | default | what it does |', '| --- | --- | --- |', ...settings.map(row)].join('\n');

const text = readFileSync(file, 'utf8');
const block = /(<!-- settings: [^\n]* -->\n).*?(<!-- \/settings -->)/s;
if (!block.test(text)) throw new Error('README.md has no <!-- settings: … --> block.');
const wanted = text.replace(block, (_all, begin, end) => `${begin}\n${table}\n\n${end}`);
if (!process.argv.includes('--check')) {
  writeFileSync(file, wanted);
} else if (text !== wanted) {
  console.error('The settings in README.md are not up to date: run `node scripts/docs-readme.mjs`.');
  process.exitCode = 1;
}
