// Puts together what the embedded Postgres reads at run time: PGlite's files, the extensions that it can load, and a data
// directory made by initdb once, because starting from it takes a tenth of the time and half of the memory.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gunzipSync } from 'node:zlib';

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));
const require = createRequire(join(root, 'server', 'package.json'));

/** It reads files of the machine that it runs on, and there are none. */
const leftOut = new Set(['file_fdw']);

/**
 * Packages of extensions that are no part of Postgres, by what they are named behind `@electric-sql/pglite-`. Each version of them
 * is made for one version of PGlite. PostGIS has a package, too: 20 MB, more than all of the rest of ours.
 */
const packages = ['age', 'pg_hashids', 'pg_ivm', 'pg_textsearch', 'pg_uuidv7', 'pgtap', 'pgvector'];

/** Their library has to be there when Postgres starts. */
const preloaded = new Set(['pg_textsearch']);

/** A file of each of the packages, PGlite first. */
export const embeddedPackages = () =>
  ['@electric-sql/pglite', ...packages.map((name) => `@electric-sql/pglite-${name}`)].map((name) =>
    require.resolve(name),
  );

/**
 * The folder with the files, made on first use in node_modules/.cache/pgreview: pglite.wasm, pglite.data, data.tar.br,
 * extensions/BUNDLE.tar.gz, and extensions.json, which says of each extension what it takes to have it.
 */
export async function embeddedPostgresFiles() {
  const [pglite, ...others] = embeddedPackages().map((file) => dirname(file));
  const { version } = JSON.parse(readFileSync(join(pglite, '..', 'package.json'), 'utf8'));
  const bundles = [pglite, ...others].flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.tar.gz'))
      .map((file) => join(folder, file)),
  );
  const folder = join(root, 'node_modules', '.cache', 'pgreview', `embedded-${version}-${hashOf([self, ...bundles])}`);
  if (existsSync(folder)) return folder;

  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(join(unfinished, 'extensions'), { recursive: true });
  for (const name of ['pglite.wasm', 'pglite.data']) cpSync(join(pglite, name), join(unfinished, name));
  const extensions = {};
  for (const file of bundles) {
    const found = Object.entries(extensionsIn(file)).filter(([name]) => !leftOut.has(name));
    // what only logs or checks passwords has nothing to create
    if (found.length > 0) cpSync(file, join(unfinished, 'extensions', basename(file)));
    for (const [name, requires] of found) {
      extensions[name] = { bundle: basename(file, '.tar.gz'), requires, preload: preloaded.has(name) };
    }
  }
  writeFileSync(join(unfinished, 'extensions.json'), JSON.stringify(extensions));
  const { PGlite } = require('@electric-sql/pglite');
  const postgres = await PGlite.create();
  const data = await postgres.dumpDataDir('none');
  writeFileSync(join(unfinished, 'data.tar.br'), compress(Buffer.from(await data.arrayBuffer())));
  await postgres.close();
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // another build has made it meanwhile
    rmSync(unfinished, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Of the files' contents. */
function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}

/**
 * The extensions that a bundle holds, each with those that it requires: a bundle may hold several, or none.
 * @param {string} file BUNDLE.tar.gz
 * @returns {Record<string, string[]>}
 */
function extensionsIn(file) {
  const extensions = {};
  for (const [path, content] of filesInTar(gunzipSync(readFileSync(file)))) {
    if (!path.endsWith('.control')) continue;
    const [, list = ''] = /^requires *= *'(.*)'/m.exec(content.toString()) ?? [];
    // plpgsql is always there
    const requires = list.split(/[ ,]+/).filter((name) => name !== '' && name !== 'plpgsql');
    extensions[basename(path, '.control')] = requires;
  }
  return extensions;
}

/** The path and the content of each file in a tar archive. */
function* filesInTar(tar) {
  const text = (start, length) => tar.toString('latin1', start, start + length).replace(/\0.*$/s, '');
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const [path, size] = [text(at, 100), Number.parseInt(text(at + 124, 12), 8)];
    yield [path, tar.subarray(at + 512, at + 512 + size)];
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

/**
 * A new cluster is three copies of one database, further apart than gzip looks back: brotli makes it a third of the size,
 * and unpacks as fast.
 */
function compress(tar) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 };
  return brotliCompressSync(tar, { params });
}
