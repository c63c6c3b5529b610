/** The Postgres grammar, loaded once for all tests of a process. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createParser, type Parser } from '../../server/src/syntax/parser.ts';

const require = createRequire(new URL('../../server/package.json', import.meta.url));

export const parser: Parser = await createParser(readFileSync(require.resolve('libpg-query/wasm/libpg-query.wasm')));
