/** Files beside the bundle (dist/), or in node_modules when run from the sources. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createParser, type Parser } from '../syntax/parser.ts';

const here = dirname(fileURLToPath(import.meta.url));

export const assetPath = (name: string): string => join(here, name);

export function loadParser(): Promise<Parser> {
  const bundled = assetPath('libpg-query.wasm');
  const path = existsSync(bundled)
    ? bundled
    : createRequire(import.meta.url).resolve('libpg-query/wasm/libpg-query.wasm');
  return createParser(readFileSync(path));
}
