/** What is read from a body, once. */
import type { Parser } from '../parser.ts';
import { SqlText } from '../sqlText.ts';
import type { Body } from './body.ts';
import { readPlpgsqlBody } from './plpgsql/blocks.ts';
import type { PlpgsqlBody } from './plpgsql/plpgsqlBody.ts';

const knownBlocks = new WeakMap<Body, PlpgsqlBody>();
const knownTexts = new WeakMap<Body, SqlText>();

/** The blocks, variables and SQL of a PL/pgSQL body. */
export function plpgsqlBodyOf(body: Body, parser: Parser): PlpgsqlBody {
  return remember(knownBlocks, body, () => readPlpgsqlBody(body.text, parser));
}

/** The statements of an SQL body. */
export function sqlTextOf(body: Body, parser: Parser): SqlText {
  return remember(knownTexts, body, () => SqlText.of(body.text, parser));
}

export function remember<K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
  }
  return value;
}
