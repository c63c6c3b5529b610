/**
 * Which names functions may create or change when they are called: temporary tables, partitions, whatever they build SQL for.
 * Nothing is claimed of them.
 */
import type { SchemaReader } from '../../catalog/schema.ts';
import { Tokens } from '../../syntax/tokens.ts';

interface Mentions {
  /** Names behind CREATE TABLE, ALTER TABLE and the like. */
  readonly changed: ReadonlySet<string>;
  /** Words of strings that hold such SQL; where SQL is built, also of strings that are a name as a whole. */
  readonly built: ReadonlySet<string>;
  /** All words in strings. */
  readonly inStrings: ReadonlySet<string>;
}

const known = new Map<string, Mentions>();

/** Bodies that are remembered; what they mention depends on their text alone. */
const maxKnown = 2000;

/** Whether the body asks for the name, or builds SQL with it: `to_regclass('users')`, `table_name = 'users'`. */
export const asksFor = (name: string, body: string): boolean => {
  const { changed, inStrings } = mentionsIn(body);
  const word = name.toLowerCase();
  return changed.has(word) || inStrings.has(word);
};

/** Whether a function of the schema may create or change a relation of that name. Looks at all functions. */
export function mayBeMadeByFunction(name: string, schema: SchemaReader): boolean {
  const word = name.toLowerCase();
  return schema.contentsOf(null).functions.some((bare) =>
    schema.functions(bare).some(({ body }) => {
      if (!body) return false;
      const { changed, built } = mentionsIn(body);
      return changed.has(word) || built.has(word);
    }),
  );
}

function mentionsIn(body: string): Mentions {
  let found = known.get(body);
  if (!found) {
    if (known.size >= maxKnown) known.clear();
    found = read(body);
    known.set(body, found);
  }
  return found;
}

const ddl = /\b(?:create|alter|rename)\b|\bselect\b[^;]*\binto\b/i;

function read(body: string): Mentions {
  const tokens = new Tokens(body, 0, body.length);
  const changed = new Set<string>();
  const built = new Set<string>();
  const buildsSql = /\bexecute\b/i.test(body);
  const inStrings = new Set<string>();
  // `to_jsonb(NEW) ->> 'user_id'` asks whether the row has such a column; otherwise it is a key in somebody's JSON
  const rowsAsJson = /\b(?:to_jsonb?|row_to_json|hstore)\b/i.test(body);
  tokens.all.forEach(({ kind }, i) => {
    if (kind === 'string' || kind === 'dollar') {
      const words = wordsIn(tokens.written(i));
      const isKey = !rowsAsJson && /^->>?$/.test(tokens.written(i - 1));
      if (!isKey) for (const word of words) inStrings.add(word);
      if ((buildsSql && words.length <= 2) || ddl.test(tokens.written(i))) for (const word of words) built.add(word);
    }
    if (!leadsToName(tokens, i)) return;
    // with its schema, if it has one
    for (let k = i + 1; k < i + 4; k += 2) {
      for (const word of wordsIn(tokens.written(k))) changed.add(word);
      if (tokens.word(k + 1) !== '.') break;
    }
  });
  return { changed, built, inStrings };
}

const nouns = new Set(['table', 'view', 'temp', 'temporary', 'sequence', 'exists', 'only']);

/** Behind a word of CREATE, ALTER or SELECT INTO that a name follows. */
function leadsToName(tokens: Tokens, i: number): boolean {
  const word = tokens.word(i);
  const before = tokens.word(i - 1);
  if (word === 'into') return before !== 'insert' && before !== 'merge';
  if (!nouns.has(word) || before === 'truncate' || before === 'lock') return false;
  // `IF EXISTS (SELECT …)`, `FROM ONLY name`
  return word !== 'only' || before === 'table';
}

const wordsIn = (text: string): string[] => text.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? [];
