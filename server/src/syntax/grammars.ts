/** The grammars of older Postgres versions, for the question whether a statement is valid on the version it is for. */
import create14 from 'libpg-query-14/wasm/libpg-query.js';
import create15 from 'libpg-query-15/wasm/libpg-query.js';
import create16 from 'libpg-query-16/wasm/libpg-query.js';
import create17 from 'libpg-query-17/wasm/libpg-query.js';
import { createParser, type Parser } from './parser.ts';

/** The grammar that everything is read with. */
export const newestVersion = 18;

export interface Grammar {
  /** Major version of Postgres. */
  readonly version: number;
  readonly parser: Parser;
}

const factories = { 14: create14, 15: create15, 16: create16, 17: create17 } as const;

export type OlderVersion = keyof typeof factories;

export const olderVersions: readonly OlderVersion[] = [14, 15, 16, 17];

/** @param wasm the bytes of that version's `libpg-query.wasm` */
export async function createGrammar(version: OlderVersion, wasm: BufferSource): Promise<Grammar> {
  return { version, parser: await createParser(wasm, factories[version]) };
}
