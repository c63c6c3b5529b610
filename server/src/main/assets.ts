/** Files beside the bundle (dist/), or in node_modules when run from the sources. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { createGrammar, type Grammar, olderVersions } from '../syntax/grammars.ts';
import { createParser, type Parser } from '../syntax/parser.ts';

const here = dirname(fileURLToPath(import.meta.url));

// V8's optimizing compiler takes hundreds of MB for the grammar's one huge function and gains nothing on statements of
// some hundred characters (docs/benchmarks.md: memory). To be set before WASM is compiled; it holds for the whole process.
setFlagsFromString('--no-wasm-tier-up');
setFlagsFromString('--no-wasm-dynamic-tiering');

export const assetPath = (name: string): string => join(here, name);

export const loadParser = (): Promise<Parser> => createParser(readWasm('libpg-query'));

/** URI of the rules' pages, with a slash at the end; null where they are not installed. */
export function rulePages(): string | null {
  const folder = [join(here, '..', 'docs', 'rules'), join(here, '..', '..', '..', 'docs', 'rules')].find(existsSync);
  return folder === undefined ? null : `${pathToFileURL(folder).href}/`;
}

/** The grammars from `targetVersion` up to, but without, the newest. */
export function loadGrammars(targetVersion: number): Promise<Grammar[]> {
  const wanted = olderVersions.filter((version) => version >= targetVersion);
  return Promise.all(wanted.map((version) => createGrammar(version, readWasm(`libpg-query-${version}`))));
}

function readWasm(name: string): Uint8Array<ArrayBuffer> {
  const bundled = assetPath(`${name}.wasm`);
  const source = createRequire(import.meta.url);
  return new Uint8Array(readFileSync(existsSync(bundled) ? bundled : source.resolve(`${name}/wasm/libpg-query.wasm`)));
}
