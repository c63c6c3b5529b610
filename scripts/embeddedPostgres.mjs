// Puts together what the embedded Postgres reads at run time: PGlite's files, its contrib extensions, and a data directory
// made by initdb once, because starting from it takes a tenth of the time and half of the memory.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(join(root, 'server', 'package.json'));

/** They show or change what lies under SQL, need a server around them, or only log: no schema or query needs them. */
const leftOut = new Set([
  'amcheck',
  'auto_explain',
  'file_fdw',
  'pageinspect',
  'passwordcheck',
  'pg_buffercache',
  'pg_freespacemap',
  'pg_logicalinspect',
  'pg_overexplain',
  'pg_surgery',
  'pg_visibility',
  'pg_walinspect',
]);

/** The folder with the files, made on first use: `node_modules/.cache/pgreview/embedded-VERSION`. */
export async function embeddedPostgresFiles() {
  const source = dirname(require.resolve('@electric-sql/pglite'));
  const { version } = JSON.parse(readFileSync(join(source, '..', 'package.json'), 'utf8'));
  const folder = join(root, 'node_modules', '.cache', 'pgreview', `embedded-${version}`);
  if (existsSync(folder)) return folder;

  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(join(unfinished, 'extensions'), { recursive: true });
  for (const name of ['pglite.wasm', 'pglite.data']) cpSync(join(source, name), join(unfinished, name));
  for (const file of readdirSync(source)) {
    if (file.endsWith('.tar.gz') && !leftOut.has(file.slice(0, -'.tar.gz'.length)))
      cpSync(join(source, file), join(unfinished, 'extensions', file));
  }
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

/**
 * A new cluster is three copies of one database, further apart than gzip looks back: brotli makes it a third of the size,
 * and unpacks as fast.
 */
function compress(tar) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 };
  return brotliCompressSync(tar, { params });
}
