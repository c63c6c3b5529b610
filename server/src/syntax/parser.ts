/**
 * The Postgres 18 grammar (libpg_query compiled to WASM), made safe for any input: sizes and nesting are capped, a
 * crashed instance is replaced, and positions come out in UTF-16.
 */
import type { ParseResult, RawStmt } from '@pgsql/types';
import createModule from 'libpg-query/wasm/libpg-query.js';
import { ByteIndex, byteOffset, codePointOffset, codePointToUtf16, isAscii } from '../text/positions.ts';

export type ParseOutcome =
  /** Every `location`, `stmt_location` and `stmt_len` in the tree counts UTF-16 units of the parsed text. */
  | { readonly kind: 'tree'; readonly stmts: RawStmt[] }
  /** Not valid SQL. `offset` is where Postgres points; the text's length when it points at the end of input. */
  | { readonly kind: 'error'; readonly message: string; readonly offset: number }
  /** Not judged: too large or too deeply nested to be parsed safely. `reason` is one sentence for the user. */
  | { readonly kind: 'refused'; readonly reason: string };

export type PlpgsqlOutcome =
  /** The tree that libpg_query has of it is left where it is: it is large and knows no positions but lines. */
  | { readonly kind: 'ok' }
  /** Not valid, in the statement itself or in the body. No position is known. */
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'refused'; readonly reason: string };

export interface Parser {
  /** Parses one or more statements. Never throws. */
  parse(sql: string): ParseOutcome;
  /**
   * Reads the PL/pgSQL bodies of CREATE FUNCTION, CREATE PROCEDURE and DO statements as Postgres does when they are
   * created, as far as that needs no catalog. Never throws.
   */
  parsePlpgsql(sql: string): PlpgsqlOutcome;
}

/** UTF-16 units; a statement above this is data, not something a person reviews. */
const maxStatementLength = 2_000_000;
/** The grammar's own stack holds 10,000 symbols; comments nested deeper than this take it seconds. */
const maxNesting = 4_000;
const maxCommentNesting = 500;

/**
 * libpg_query's PL/pgSQL parser gives back none of the memory it works in: measured, 26 kB for a body of 100 characters and
 * up to 200 times the text's size. (The heap's own size tells nothing: it begins at 128 MB, of which little is touched.)
 */
const leakPerBody = 24 * 1024;
const leakPerByte = 200;
const maxLeak = 32 * 1024 * 1024;

interface Instance {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _wasm_parse_query_raw(query: number): number;
  _wasm_free_parse_result(result: number): void;
  _wasm_parse_plpgsql(query: number): number;
  _wasm_free_string(text: number): void;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, pointer: number, bytes: number): void;
  UTF8ToString(pointer: number): string;
  getValue(pointer: number, type: 'i32'): number;
}

type ModuleFactory = (options: object) => Promise<Instance>;

/**
 * @param wasm the bytes of `libpg-query.wasm`
 * @param create the module factory beside it: its names for the WASM's imports belong to that build
 */
export async function createParser(wasm: BufferSource, create: unknown = createModule): Promise<Parser> {
  const compiled = await WebAssembly.compile(wasm);
  const instantiate = (): Promise<Instance> =>
    (create as ModuleFactory)({
      instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) {
        const instance = new WebAssembly.Instance(compiled, imports);
        receive(instance);
        return instance.exports;
      },
      print: () => {},
      printErr: () => {},
    });
  return new LibpgQueryParser(await instantiate(), instantiate);
}

class LibpgQueryParser implements Parser {
  #instance: Instance;
  #spare: Instance | null = null;
  /** Bytes that the instance will never give back, as far as is known. */
  #leaked = 0;
  #preparing = false;
  readonly #instantiate: () => Promise<Instance>;

  constructor(instance: Instance, instantiate: () => Promise<Instance>) {
    this.#instance = instance;
    this.#instantiate = instantiate;
    this.#prepareSpare();
  }

  parse(sql: string): ParseOutcome {
    const refusal = whyTooComplex(sql);
    if (refusal) return { kind: 'refused', reason: refusal };
    // C strings end at NUL, and Postgres accepts none in a query
    const nul = sql.indexOf('\0');
    if (nul >= 0) return { kind: 'error', message: 'invalid character: Postgres accepts no NUL in SQL', offset: nul };
    try {
      return this.#parse(sql);
    } catch {
      this.#replaceInstance();
      return { kind: 'refused', reason: 'This statement is too complex to be parsed: its expressions chain too long.' };
    }
  }

  parsePlpgsql(sql: string): PlpgsqlOutcome {
    const refusal = whyTooComplex(sql);
    if (refusal) return { kind: 'refused', reason: refusal };
    if (sql.includes('\0')) return { kind: 'error', message: 'invalid character: Postgres accepts no NUL in SQL' };
    try {
      return this.#parsePlpgsql(sql);
    } catch {
      this.#replaceInstance();
      return { kind: 'refused', reason: 'This function is too complex to be parsed.' };
    }
  }

  #parsePlpgsql(sql: string): PlpgsqlOutcome {
    const m = this.#instance;
    const bytes = m.lengthBytesUTF8(sql) + 1;
    const query = m._malloc(bytes);
    let result = 0;
    try {
      m.stringToUTF8(sql, query, bytes);
      result = m._wasm_parse_plpgsql(query);
      // a tree is a JSON object; anything else is a message
      if (result && m.HEAPU8[result] === 123) return { kind: 'ok' };
      const text = result ? m.UTF8ToString(result) : '';
      if (text === '' || /^(memory exhausted|stack depth limit exceeded)/.test(text))
        return { kind: 'refused', reason: 'This function is too complex to be parsed: it is nested too deeply.' };
      return { kind: 'error', message: text };
    } finally {
      m._free(query);
      if (result) m._wasm_free_string(result);
      this.#leaked += leakPerBody + leakPerByte * bytes;
      if (this.#leaked > maxLeak) this.#replaceInstance();
    }
  }

  /** A stack overflow inside WASM leaves the instance in an unknown state: it must never be used again. */
  #replaceInstance(): void {
    if (this.#spare) {
      this.#instance = this.#spare;
      this.#spare = null;
      this.#leaked = 0;
    }
    this.#prepareSpare();
  }

  #prepareSpare(): void {
    if (this.#preparing) return;
    this.#preparing = true;
    this.#instantiate().then(
      (instance) => {
        this.#spare = instance;
        this.#preparing = false;
      },
      () => {
        // out of memory: go on with the instance there is
        this.#preparing = false;
      },
    );
  }

  #parse(sql: string): ParseOutcome {
    const m = this.#instance;
    const bytes = m.lengthBytesUTF8(sql) + 1;
    const query = m._malloc(bytes);
    let result = 0;
    try {
      m.stringToUTF8(sql, query, bytes);
      result = m._wasm_parse_query_raw(query);
      const error = result ? m.getValue(result + 8, 'i32') : 0;
      if (error) {
        const message = m.UTF8ToString(m.getValue(error, 'i32'));
        const cursor = m.getValue(error + 16, 'i32');
        if (/^(memory exhausted|stack depth limit exceeded)/.test(message))
          return { kind: 'refused', reason: 'This statement is too complex to be parsed: it is nested too deeply.' };
        // 1-based code points; 0 means that no position is known
        return { kind: 'error', message, offset: codePointToUtf16(sql, codePointOffset(Math.max(0, cursor - 1))) };
      }
      const tree = JSON.parse(m.UTF8ToString(m.getValue(result, 'i32'))) as ParseResult;
      const stmts = tree.stmts ?? [];
      if (!isAscii(sql)) convertLocations(stmts, sql);
      return { kind: 'tree', stmts };
    } finally {
      m._free(query);
      if (result) m._wasm_free_parse_result(result);
    }
  }
}

/** Counts bracket and comment nesting, roughly (inside strings too: only a cap depends on it). */
function whyTooComplex(sql: string): string | null {
  if (sql.length > maxStatementLength)
    return `This statement is too large to be parsed: ${sql.length} characters, at most ${maxStatementLength} are read.`;
  let depth = 0;
  let deepest = 0;
  let comments = 0;
  for (let i = 0; i < sql.length; i++) {
    const c = sql.charCodeAt(i);
    if (c === 40 || c === 91) deepest = Math.max(deepest, ++depth);
    else if (c === 41 || c === 93) depth--;
    else if (c === 47 && sql.charCodeAt(i + 1) === 42) comments++;
  }
  if (deepest > maxNesting)
    return `This statement is too complex to be parsed: nested ${deepest} deep, at most ${maxNesting}.`;
  if (comments > maxCommentNesting && deepestComment(sql) > maxCommentNesting)
    return `This statement is too complex to be parsed: comments nested over ${maxCommentNesting} deep.`;
  return null;
}

function deepestComment(sql: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [mark] of sql.matchAll(/\/\*|\*\//g)) {
    depth = mark === '/*' ? depth + 1 : Math.max(0, depth - 1);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

const locationKeys = new Set([
  'location',
  'stmt_location',
  'name_location',
  'list_start',
  'list_end',
  'rexpr_list_start',
  'rexpr_list_end',
]);

/** Turns the byte positions of a tree into UTF-16, in place. */
function convertLocations(stmts: RawStmt[], sql: string): void {
  const found: { holder: Record<string, number>; key: string }[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
    } else if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) {
        if (typeof inner === 'number') {
          if (inner > 0 && locationKeys.has(key)) found.push({ holder: value as Record<string, number>, key });
        } else visit(inner);
      }
    }
  };
  // a length is turned through the position where it ends
  for (const stmt of stmts) if (stmt.stmt_len) stmt.stmt_len += stmt.stmt_location ?? 0;
  visit(stmts);
  for (const stmt of stmts)
    if (stmt.stmt_len) found.push({ holder: stmt as unknown as Record<string, number>, key: 'stmt_len' });
  found.sort((a, b) => (a.holder[a.key] as number) - (b.holder[b.key] as number));
  const index = new ByteIndex(sql);
  for (const { holder, key } of found) holder[key] = index.toUtf16(byteOffset(holder[key] as number));
  for (const stmt of stmts) if (stmt.stmt_len) stmt.stmt_len -= stmt.stmt_location ?? 0;
}
