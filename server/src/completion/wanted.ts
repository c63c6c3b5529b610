/** Which kind of name is to be typed at the cursor, told from the words in front of it. */
import { relationKey } from '../catalog/catalog.ts';
import type { WordAtCursor, Words } from './cursor.ts';

export type Wanted =
  | { readonly kind: 'nothing' }
  /** The first word of a statement. */
  | { readonly kind: 'statement' }
  /** A table or view. */
  | { readonly kind: 'relation' }
  | { readonly kind: 'index' }
  | { readonly kind: 'sequence' }
  | { readonly kind: 'type' }
  /** What a join is on. */
  | { readonly kind: 'condition' }
  /** A column of that table and nothing else. */
  | { readonly kind: 'columnOf'; readonly table: string }
  | { readonly kind: 'expression' }
  /** A keyword that goes on behind what is complete; the clause that it stands in. */
  | { readonly kind: 'keyword'; readonly clause: string };

const clauses = new Set(
  'select from where group having order limit offset window set values returning on using join into union except intersect'.split(
    ' ',
  ),
);

/** Words behind which a table or view is named. */
const beforeRelation = new Set([
  'from',
  'join',
  'into',
  'update',
  'table',
  'only',
  'truncate',
  'references',
  'view',
  'copy',
  'vacuum',
  'analyze',
  'lock',
]);

/** Operators in words, and what else an operand follows. */
const beforeOperand = new Set(
  'select where and or not on having by set returning when then else case distinct all any some in like ilike between is limit offset values using as escape similar of perform'.split(
    ' ',
  ),
);

export function wantedAt({ before, qualifier, quoted }: WordAtCursor, schema: string): Wanted {
  const last = before.at(-1);
  if (before.length === 0) return { kind: qualifier.length > 0 || quoted ? 'nothing' : 'statement' };
  const keyOf = (i: number): string => {
    const name = before.dottedName(i);
    return relationKey(name?.schema ?? schema, name?.name ?? '');
  };
  const ofDefinition = inDefinition(before, keyOf);
  if (ofDefinition) return ofDefinition;
  if (last === '::') return { kind: 'type' };
  const clauseAt = before.lastOf(clauses);
  const clause = before.at(clauseAt < 0 ? before.length : clauseAt);
  if (last === 'from' && (before.at(-2) === 'distinct' || isArgument(before))) return { kind: 'expression' };
  if (beforeRelation.has(last) || isAfterExists(before) || isCommandOnTables(before)) return { kind: 'relation' };
  if (/^(?:of|partition)$/.test(last) && /^(?:partition|attach|detach)$/.test(before.at(-2)))
    return { kind: 'relation' };
  if (last === 'sequence' && /^(?:drop|alter)$/.test(before.at(0))) return { kind: 'sequence' };
  if (last === 'as' && isCast(before)) return { kind: 'type' };
  if (last === 'as') return { kind: 'nothing' };
  if (last === ',' && clause === 'from') return { kind: 'relation' };
  if (last === '(' || last === ',') {
    const list = columnListOf(before, keyOf);
    if (list) return list;
  }
  if (clause === 'set' && before.at(0) !== 'set' && (last === ',' || last === 'set')) {
    const target = updated(before, clauseAt);
    if (target >= 0) return { kind: 'columnOf', table: keyOf(target) };
  }
  if (last === 'on' && clause === 'on' && qualifier.length === 0) return { kind: 'condition' };
  if (last === ';') return { kind: 'statement' };
  return isComplete(before) && qualifier.length === 0 ? { kind: 'keyword', clause } : { kind: 'expression' };
}

/** The place where an operator or another clause may follow, not an operand. */
function isComplete(before: Words): boolean {
  const last = before.at(-1);
  const token = before.all.at(-1);
  // DISTINCT ON (…)
  const open = last === ')' ? before.openBefore(before.length - 1) : -1;
  if (open > 1 && before.at(open - 1) === 'on' && before.at(open - 2) === 'distinct') return false;
  if (token?.kind === 'word') return !beforeOperand.has(last);
  return (
    last === ')' ||
    last === ']' ||
    last === '*' ||
    /^(?:identifier|string|number|parameter|placeholder|dollar)$/.test(token?.kind ?? '')
  );
}

const queryWords = new Set(['select', 'with', 'delete', 'insert', 'update', 'merge', 'values']);

/** `extract(day FROM …)`: a parenthesis behind a name, with no query in it. */
function isArgument(before: Words): boolean {
  const open = before.openParenthesis;
  return open > 0 && before.nameAt(open - 1) !== null && !queryWords.has(before.at(open + 1));
}

/** Commands that name tables behind other words: `GRANT … ON`, `DROP POLICY … ON`, `TRUNCATE a,`, `VACUUM FULL`. */
function isCommandOnTables(before: Words): boolean {
  const [first, last] = [before.at(0), before.at(-1)];
  if (last === 'on') return /^(?:grant|revoke|drop)$/.test(first);
  if (last === ',')
    return /^(?:truncate|lock|vacuum|analyze)$/.test(first) || (first === 'drop' && before.at(1) === 'table');
  return first === 'cluster' || (first === 'vacuum' && /^(?:full|freeze|verbose|analyze|\))$/.test(last));
}

/** `DROP TABLE IF EXISTS`, not `WHERE EXISTS`. */
const isAfterExists = (before: Words): boolean =>
  before.at(-1) === 'exists' &&
  (before.at(-2) === 'if' || before.at(-3) === 'if') &&
  (before.at(0) === 'drop' || before.at(0) === 'alter') &&
  /^(?:table|view)$/.test(before.at(before.length - (before.at(-2) === 'if' ? 3 : 4)));

const isCast = (before: Words): boolean => {
  const open = before.openParenthesis;
  return open > 0 && before.at(open - 1) === 'cast';
};

/** Of UPDATE … SET: index of the table's name; -1 when it is none. */
function updated(before: Words, set: number): number {
  const within = before.openBefore(set) + 1;
  for (let i = set - 1; i >= within; i--)
    if (before.at(i) === 'update') {
      // ON CONFLICT … DO UPDATE SET
      if (before.at(i - 1) === 'do') return inserted(before, i);
      const at = before.at(i + 1) === 'only' ? i + 2 : i + 1;
      return before.at(at + 1) === '.' ? at + 2 : at;
    }
  return -1;
}

function inserted(before: Words, end: number): number {
  for (let i = end; i > 0; i--) if (before.at(i) === 'into') return before.at(i + 2) === '.' ? i + 3 : i + 1;
  return -1;
}

/** Inside `INSERT INTO t (…`, `REFERENCES t (…`, `ON CONFLICT (…`. */
function columnListOf(before: Words, keyOf: (i: number) => string): Wanted | null {
  const open = before.openParenthesis;
  if (open < 1) return null;
  if (before.at(open - 1) === 'conflict') {
    const table = inserted(before, open);
    return table < 0 ? null : { kind: 'columnOf', table: keyOf(table) };
  }
  const name = before.dottedName(open - 1);
  if (!name) return null;
  const word = before.at(name.first - 1);
  return word === 'into' || word === 'references' || (word === 'copy' && name.first === 1)
    ? { kind: 'columnOf', table: keyOf(open - 1) }
    : null;
}

const indexHead = new Set(['index']);

/** In statements that define something; null where the words around tell nothing. */
function inDefinition(before: Words, keyOf: (i: number) => string): Wanted | null {
  const [first, last] = [before.at(0), before.at(-1)];
  if (first === 'create') return inCreate(before, keyOf);
  if (first === 'drop' || first === 'reindex' || first === 'comment') {
    if (last === 'index' || (last === 'concurrently' && before.at(-2) === 'index')) return { kind: 'index' };
    if (last === 'type' || last === 'domain') return { kind: 'type' };
    return null;
  }
  if (first !== 'alter') return null;
  if (last === 'index') return { kind: before.at(1) === 'index' ? 'index' : 'nothing' };
  if (last === 'type') return { kind: 'type' };
  if (!/^(?:table|view)$/.test(before.at(1)) || before.length < 3) return null;
  const at = tableAt(before);
  const table = keyOf(at);
  if (before.length <= at + 1) return null;
  if (last === 'column' || (last === 'exists' && before.at(-3) === 'column'))
    return before.at(-2) === 'add' ? { kind: 'nothing' } : { kind: 'columnOf', table };
  if (last === 'drop' || last === 'alter' || last === 'rename') return { kind: 'columnOf', table };
  if (isKeyList(before)) return { kind: 'columnOf', table };
  if (before.at(-2) === 'column' && before.at(-3) === 'add') return { kind: 'type' };
  if (before.at(-2) === 'add' && before.nameAt(-1) !== null && last !== 'constraint') return { kind: 'type' };
  return null;
}

/** Index of the last word of the table's name behind ALTER TABLE [IF EXISTS] [ONLY]. */
function tableAt(before: Words): number {
  let i = 2;
  if (before.at(i) === 'if') i += 2;
  if (before.at(i) === 'only') i++;
  return before.at(i + 1) === '.' ? i + 2 : i;
}

/** In the parentheses of PRIMARY KEY, FOREIGN KEY, UNIQUE. */
function isKeyList(before: Words): boolean {
  const open = before.openParenthesis;
  return open > 0 && /^(?:key|unique|include)$/.test(before.at(open - 1)) && /^[(,]$/.test(before.at(-1));
}

function inCreate(before: Words, keyOf: (i: number) => string): Wanted | null {
  const last = before.at(-1);
  const open = before.openParenthesis;
  const on = before.lastOf(new Set(['on']));
  if (last === 'on' && on > 0) return { kind: 'relation' };
  const index = before.upTo(open < 0 ? before.length : open);
  if (open > 0 && index.lastOf(indexHead) >= 0) {
    const at = index.lastOf(new Set(['on']));
    const first = index.at(at + 1) === 'only' ? at + 2 : at + 1;
    const name = at < 0 ? -1 : index.at(first + 1) === '.' ? first + 2 : first;
    if (name > 0 && /^[(,]$/.test(last)) return { kind: 'columnOf', table: keyOf(name) };
    return null;
  }
  const isTable = before.upTo(4).all.some((_, i) => before.at(i) === 'table');
  if (!isTable || open < 0) return null;
  if (isKeyList(before)) return { kind: 'expression' };
  if (last === 'like' && /^[(,]$/.test(before.at(-2))) return { kind: 'relation' };
  if (before.at(open - 1) === 'inherits') return { kind: 'relation' };
  if (last === 'references') return { kind: 'relation' };
  const isElement = before.openBefore(open) < 0;
  const startsElement = /^[(,]$/.test(before.at(-2));
  if (
    isElement &&
    startsElement &&
    before.nameAt(-1) !== null &&
    !/^(?:constraint|primary|foreign|unique|check|like)$/.test(last)
  )
    return { kind: 'type' };
  if (isElement && /^[(,]$/.test(last)) return { kind: 'nothing' };
  return null;
}
