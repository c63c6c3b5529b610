// The licences of what is bundled: THIRD_PARTY_NOTICES.txt, written from the packages that a build took something of.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const pglite = /^@electric-sql\/pglite$/;
const ofPostgres = /^(?:@electric-sql\/pglite|libpg-query(?:-\d+)?)$/;
const extension = (name) => new RegExp(`^@electric-sql/pglite-${name}$`);

/** What packages of WASM are compiled from, besides their own sources: its name, its licence's text beside this file, and where it is. */
const compiled = [
  { name: 'PostgreSQL', file: 'postgresql.txt', within: ofPostgres },
  { name: 'libpg_query', file: 'libpg_query.txt', within: /^libpg-query(?:-\d+)?$/ },
  // Postgres's stemmers, the libraries that it uses, and those that its extensions pgcrypto and uuid-ossp do
  { name: 'Snowball', file: 'snowball.txt', within: pglite },
  { name: 'ICU', file: 'icu.txt', within: pglite },
  { name: 'libxml2', file: 'libxml2.txt', within: pglite },
  { name: 'zlib', file: 'zlib.txt', within: pglite },
  { name: 'OpenSSL', file: 'openssl.txt', within: pglite },
  { name: 'OSSP uuid', file: 'ossp-uuid.txt', within: pglite },
  { name: 'pgvector', file: 'pgvector.txt', within: extension('pgvector') },
  { name: 'pgTAP', file: 'pgtap.txt', within: extension('pgtap') },
  { name: 'pg_ivm', file: 'pg_ivm.txt', within: extension('pg_ivm') },
  { name: 'pg_hashids', file: 'pg_hashids.txt', within: extension('pg_hashids') },
  { name: 'pg_textsearch', file: 'pg_textsearch.txt', within: extension('pg_textsearch') },
  { name: 'pg_uuidv7', file: 'pg_uuidv7.txt', within: extension('pg_uuidv7') },
  { name: 'Apache AGE', file: 'age.txt', within: extension('age') },
  // what the compiler adds
  { name: 'Emscripten', file: 'emscripten.txt', within: ofPostgres },
  { name: 'musl', file: 'musl.txt', within: ofPostgres },
];

/** The folder of the package that a file belongs to; null for a file of our own. */
export function packageFolder(file) {
  const at = file.lastIndexOf('node_modules/');
  if (at < 0) return null;
  const [scope, name] = file.slice(at + 'node_modules/'.length).split('/');
  // what a build keeps for the next one
  if (scope.startsWith('.')) return null;
  return join(file.slice(0, at), 'node_modules', scope.startsWith('@') ? `${scope}/${name}` : scope);
}

/**
 * @param {Iterable<string>} files absolute paths of all that was bundled or copied
 * @returns {string}
 * @throws for a package whose licence is not to be found
 */
export function notices(files) {
  const folders = [...new Set([...files].map(packageFolder).filter((folder) => folder !== null))];
  const packages = folders.map(readPackage).sort((a, b) => (a.title < b.title ? -1 : 1));
  /** Titles by the text that they share. */
  const sections = new Map();
  const add = (title, text) => sections.set(text, [...(sections.get(text) ?? []), title]);
  for (const { title, text } of packages) add(title, text);
  for (const { name, file, within } of compiled) {
    const holders = folders.map((folder) => folder.split('node_modules/').at(-1)).filter((own) => within.test(own));
    if (holders.length > 0) add(`${name}, compiled into ${holders.sort().join(', ')}`, beside(file));
  }
  const rule = '-'.repeat(80);
  const parts = [...sections].map(([text, titles]) => `${rule}\n${titles.join('\n')}\n${rule}\n\n${text.trim()}\n`);
  return `pgreview contains the following software, under the licences printed below each name.\n\n${parts.join('\n')}`;
}

const beside = (file) => readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'notices', file), 'utf8');

/** @param {string} folder */
function readPackage(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying|notice|thirdpartynotices)\b/i.test(file));
  const own = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const text = own.length > 0 ? own.join('\n\n') : (ofReadme(folder) ?? standard(license, author));
  if (!text) throw new Error(`No licence is to be found for ${name} ${version} (${license}).`);
  return { title: `${name} ${version} (${license})`, text };
}

/** The section of a README that holds it. */
function ofReadme(folder) {
  const file = readdirSync(folder).find((name) => /^readme/i.test(name));
  const section =
    file &&
    /^#+ *licen[cs]e\b[^\n]*\n([\s\S]*?Permission [\s\S]*?)(?=^#|(?![\s\S]))/im.exec(
      readFileSync(join(folder, file), 'utf8'),
    );
  return section ? section[1].trim() : null;
}

/** For a package that only names its licence: the text, as another package has it. */
function standard(license, author) {
  const holder = typeof author === 'string' ? author : (author?.name ?? '');
  const modules = resolve(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');
  const textOf = (name, begin) => {
    const file = join(modules, name, 'LICENSE');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return text.slice(Math.max(0, text.search(begin)));
  };
  if (license === 'Apache-2.0') return textOf('@electric-sql/pglite', /^ *Apache License/m);
  if (license === 'MIT') return `Copyright (c) ${holder}\n\n${textOf('commander', /^Permission is hereby granted/m)}`;
  return null;
}
