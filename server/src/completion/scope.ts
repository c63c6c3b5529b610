/** The tables that columns can be taken from at the cursor of a query that is half typed. */
import type { Node, RangeVar } from '@pgsql/types';
import type { SchemaReader } from '../catalog/schema.ts';
import { cteItem, pseudoItem, relationItem } from '../query/fromItems.ts';
import type { QueryLevel, RangeItem, ScopeColumn } from '../query/scope.ts';
import { scopesOf } from '../query/scopes.ts';
import { parseBody } from '../syntax/parseBody.ts';
import type { Parser } from '../syntax/parser.ts';
import { tokenize } from '../text/lexer.ts';
import { type WordAtCursor, Words } from './cursor.ts';
import { definitionItems } from './definitionScope.ts';

export interface CursorScope {
  /** The innermost query's first. */
  readonly items: readonly RangeItem[];
  /** Those of queries around it: a name of the inner one comes before theirs. */
  readonly outer: readonly RangeItem[];
  /** Names and columns of the queries of WITH. */
  readonly ctes: readonly { readonly name: string; readonly columns: readonly ScopeColumn[] }[];
}

/** Stands where the word at the cursor will: no file has such a name. */
const here = 'pgreview_cursor_';

/**
 * @param sql the word at the cursor; several readings of where its statement begins and ends, the likeliest first
 */
export function scopeAt(sql: readonly WordAtCursor[], schema: SchemaReader, parser: Parser): CursorScope {
  for (const word of sql) {
    const parsed = parsedScope(word, schema, parser);
    if (parsed) return parsed;
  }
  return sql[0] ? readScope(sql[0], schema, parser) : { items: [], outer: [], ctes: [] };
}

// By parsing

function parsedScope(word: WordAtCursor, schema: SchemaReader, parser: Parser): CursorScope | null {
  const { text, from, to, start } = word;
  const [before, after] = [text.slice(0, from), text.slice(to).replace(/;\s*$/, '')];
  const tails = [after, ` = 1 ${after}`, ` ON true ${after}`];
  // what is left open at the end is closed
  if (after.trim() === '') tails.push(')'.repeat(openCount(text, start, from)));
  for (const tail of tails) {
    const sql = `${before}${here}${tail}`;
    const parsed = parseBody(sql, start, sql.length, [], parser);
    if (parsed.kind !== 'tree') continue;
    const found = levelAt(parsed.node, schema);
    if (found) return found;
  }
  return null;
}

function openCount(text: string, start: number, end: number): number {
  const words = new Words(text, tokenize(text, start, end));
  let count = 0;
  for (let open = words.openParenthesis; open >= 0; open = words.openBefore(open)) count++;
  return count;
}

function levelAt(node: Node, schema: SchemaReader): CursorScope | null {
  try {
    for (const level of scopesOf(node, schema).levels) if (holdsCursor(level)) return scopeOf(level);
  } catch {
    // a tree too deep to walk
  }
  return null;
}

const holdsCursor = (level: QueryLevel): boolean =>
  level.references.some(({ node }) => node.fields?.some((f) => 'String' in f && f.String.sval === here)) ||
  level.items.some(({ rangeVar }) => rangeVar?.relname === here || rangeVar?.schemaname === here) ||
  level.assignments.some(({ node }) => node.name === here);

function scopeOf(level: QueryLevel): CursorScope {
  const outer: RangeItem[] = [];
  const ctes: { name: string; columns: readonly ScopeColumn[] }[] = [...level.ctes];
  let isSeen = level.role === 'expression';
  for (let l = level.parent; l; l = l.parent) {
    if (isSeen) outer.push(...itemsOf(l));
    ctes.push(...l.ctes);
    isSeen = isSeen && l.role === 'expression';
  }
  return { items: itemsOf(level), outer, ctes };
}

function itemsOf({ items, node }: QueryLevel): RangeItem[] {
  const [target] = items;
  const excluded =
    target && 'InsertStmt' in node && node.InsertStmt.onConflictClause ? [pseudoItem('excluded', target, false)] : [];
  return [...items, ...excluded].filter(({ rangeVar }) => rangeVar?.relname !== here);
}

// By the words alone

/** Words that cannot be an alias. */
const notAlias = new Set(
  'on using where group order having limit offset join left right full inner cross natural union except intersect returning set values window for fetch when then default select'.split(
    ' ',
  ),
);

function readScope({ text, start, from, to }: WordAtCursor, schema: SchemaReader, parser: Parser): CursorScope {
  const tokens = tokenize(text, start).filter((t) => t.kind !== 'comment' && !t.unterminated);
  const at = tokens.findIndex((t) => t.start >= from);
  const all = new Words(
    text,
    tokens.filter((t) => t.end <= from || t.start >= to),
  );
  const before = all.upTo(at < 0 ? all.length : Math.min(at, all.length));
  const defined = definitionItems(all, before, schema);
  if (defined) return { items: defined, outer: [], ctes: [] };
  const ctes = readCtes(all, text, schema, parser);
  const levels: RangeItem[][] = [];
  for (let open = before.openParenthesis; ; open = before.openBefore(open)) {
    if (open < 0 || /^(?:select|with)$/.test(all.at(open + 1))) levels.push(fromItems(all, open + 1, schema, ctes));
    if (open < 0) break;
  }
  const items = levels[0] ?? [];
  const [target] = items;
  const excluded = target && before.includes('conflict') ? [pseudoItem('excluded', target, false)] : [];
  return { items: [...items, ...excluded], outer: levels.slice(1).flat(), ctes };
}

interface Cte {
  readonly name: string;
  readonly columns: readonly ScopeColumn[];
}

/** `name AS (…)`, as far as what is in the parentheses parses by itself. */
function readCtes(all: Words, text: string, schema: SchemaReader, parser: Parser): Cte[] {
  const found: Cte[] = [];
  if (all.at(0) !== 'with') return found;
  for (let i = 1; i < all.length; i++) {
    const name = all.nameAt(i - 1);
    if (all.at(i) !== 'as' || all.at(i + 1) !== '(' || name === null) continue;
    const close = closing(all, i + 1);
    const [open, end] = [all.all[i + 1], all.all[close]];
    const body = open && end ? text.slice(open.end, end.start) : '';
    const parsed = parseBody(body, 0, body.length, [], parser);
    let columns: readonly ScopeColumn[] = [];
    try {
      if (parsed.kind === 'tree') columns = scopesOf(parsed.node, schema).root?.output ?? [];
    } catch {
      // a tree too deep to walk
    }
    found.push({ name, columns });
    i = close;
  }
  return found;
}

function closing(words: Words, open: number): number {
  let depth = 0;
  for (let i = open; i < words.length; i++) {
    if (words.at(i) === '(') depth++;
    else if (words.at(i) === ')' && --depth === 0) return i;
  }
  return words.length;
}

/** The tables named behind FROM, JOIN, UPDATE and INTO, in the parenthesis that begins before `first`. */
function fromItems(all: Words, first: number, schema: SchemaReader, ctes: readonly Cte[]): RangeItem[] {
  const items: RangeItem[] = [];
  let inFrom = false;
  for (let i = first; i < all.length; i++) {
    const word = all.at(i);
    if (word === ')') break;
    if (word === '(') {
      i = closing(all, i);
      continue;
    }
    if (/^(?:where|group|order|having|limit|set|on|returning|select)$/.test(word)) inFrom = false;
    const begins =
      /^(?:from|join|update|into)$/.test(word) || (word === 'using' && /^(?:delete|merge)$/.test(all.at(first)));
    if (word === 'from' || word === 'join') inFrom = true;
    if (!begins && !(inFrom && word === ',')) continue;
    const named = tableAt(all, all.at(i + 1) === 'only' || all.at(i + 1) === 'lateral' ? i + 2 : i + 1);
    if (!named) continue;
    i = named.last;
    const cte = named.rangeVar.schemaname === undefined && ctes.find((c) => c.name === named.rangeVar.relname);
    items.push(
      cte
        ? cteItem(named.rangeVar, { ...cte, complete: true, node: {}, level: null, uses: 1 })
        : relationItem(named.rangeVar, schema),
    );
  }
  return items;
}

function tableAt(all: Words, at: number): { readonly rangeVar: RangeVar; readonly last: number } | null {
  const name = all.nameAt(at);
  if (name === null || notAlias.has(all.at(at))) return null;
  const isQualified = all.at(at + 1) === '.' && all.nameAt(at + 2) !== null;
  const last = isQualified ? at + 2 : at;
  const rangeVar: RangeVar = isQualified
    ? { schemaname: name, relname: all.nameAt(last) as string, inh: true }
    : { relname: name, inh: true };
  const aliasAt = last + (all.at(last + 1) === 'as' ? 2 : 1);
  const alias = aliasAt < all.length ? all.nameAt(aliasAt) : null;
  if (alias === null || notAlias.has(all.at(aliasAt))) return { rangeVar, last };
  return { rangeVar: { ...rangeVar, alias: { aliasname: alias } }, last: aliasAt };
}
