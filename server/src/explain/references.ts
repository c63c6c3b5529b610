/** What a statement's FROM clauses name, found in its parse tree, with where each is written. */
import type { Node, SelectStmt } from '@pgsql/types';
import { Tokens } from '../syntax/tokens.ts';

/** UTF-16 offsets in the statement's sql. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export interface Reference {
  readonly kind: 'relation' | 'function' | 'subquery';
  /** The relation's, CTE's or function's own name; '' for a subquery. */
  readonly name: string;
  /** What the query calls it: the alias, else the name. */
  readonly alias: string;
  /** The name of the innermost CTE whose query it stands in; null in the main query. */
  readonly cte: string | null;
  readonly range: TextRange;
}

/** Words that can follow a table's name and are not its alias. */
const notAlias = new Set(
  `where group having order limit offset fetch for union intersect except join inner left right full cross natural on
   using set values default select with returning tablesample window overriding when as is and or table`.split(/\s+/),
);

export class References {
  readonly all: readonly Reference[];
  readonly tokens: Tokens;

  constructor(sql: string, root: Node) {
    this.tokens = new Tokens(sql, 0, sql.length);
    const found: Reference[] = [];
    this.#collect(root, null, found);
    this.all = found;
  }

  #collect(value: unknown, cte: string | null, found: Reference[]): void {
    const stack = [{ value, cte }];
    for (let entry = stack.pop(); entry; entry = stack.pop()) {
      if (entry.value === null || typeof entry.value !== 'object') continue;
      for (const [key, inner] of Object.entries(entry.value)) {
        if (inner === null || typeof inner !== 'object') continue;
        // a target (`relation`) is a RangeVar without its type's name around it
        if (key === 'RangeVar' || (key === 'relation' && 'relname' in inner)) this.#relation(inner, entry.cte, found);
        if (key === 'RangeFunction') this.#function(inner, entry.cte, found);
        if (key === 'RangeSubselect') this.#subquery(inner, entry.cte, found);
        const name = key === 'CommonTableExpr' ? ((inner as { ctename?: string }).ctename ?? null) : entry.cte;
        stack.push({ value: inner, cte: name });
      }
    }
  }

  #relation(node: object, cte: string | null, found: Reference[]): void {
    const { relname, alias, location } = node as { relname?: string; alias?: Alias; location?: number };
    const at = this.tokens.at(location ?? 0);
    if (relname === undefined || at < 0) return;
    const after = this.#afterAlias(this.#afterStar(this.tokens.afterName(at)), alias);
    const range = { start: location ?? 0, end: this.#endBefore(after) };
    found.push({ kind: 'relation', name: relname, alias: alias?.aliasname ?? relname, cte, range });
  }

  #function(node: object, cte: string | null, found: Reference[]): void {
    const { functions, alias } = node as { functions?: { List?: { items?: Node[] } }[]; alias?: Alias };
    const call = functions?.length === 1 ? functions[0]?.List?.items?.[0] : undefined;
    if (!call || !('FuncCall' in call)) return;
    const { location, funcname } = call.FuncCall;
    const last = funcname?.at(-1);
    const name = last && 'String' in last ? (last.String.sval ?? '') : '';
    const at = this.tokens.at(location ?? 0);
    if (at < 0) return;
    const open = this.tokens.afterName(at);
    if (this.tokens.word(open) !== '(') return;
    const range = { start: location ?? 0, end: this.#endBefore(this.#afterAlias(this.#afterParentheses(open), alias)) };
    found.push({ kind: 'function', name, alias: alias?.aliasname ?? name, cte, range });
  }

  #subquery(node: object, cte: string | null, found: Reference[]): void {
    const { subquery, alias } = node as { subquery?: { SelectStmt?: SelectStmt }; alias?: Alias };
    const first = subquery?.SelectStmt?.targetList?.[0];
    const inside = first && 'ResTarget' in first ? this.tokens.at(first.ResTarget.location ?? 0) : -1;
    if (inside < 0 || alias?.aliasname === undefined) return;
    let open = inside - 1;
    while (open >= 0 && !['select', 'distinct', 'all'].includes(this.tokens.word(open))) open--;
    while (open >= 0 && this.tokens.word(open) !== '(') open--;
    const start = this.tokens.all[open]?.start;
    if (start === undefined) return;
    const range = { start, end: this.#endBefore(this.#afterAlias(this.#afterParentheses(open), alias)) };
    found.push({ kind: 'subquery', name: '', alias: alias.aliasname, cte, range });
  }

  #afterStar(i: number): number {
    return this.tokens.written(i) === '*' ? i + 1 : i;
  }

  /** Index behind `[AS] alias [(columns)]`. */
  #afterAlias(i: number, alias: Alias | undefined): number {
    if (!alias) return i;
    let next = this.tokens.word(i) === 'as' ? i + 1 : i;
    if (notAlias.has(this.tokens.word(next)) && next === i) return i;
    next++;
    return alias.colnames && this.tokens.word(next) === '(' ? this.#afterParentheses(next) : next;
  }

  #afterParentheses(open: number): number {
    let depth = 0;
    for (let i = open; i < this.tokens.length; i++) {
      if (this.tokens.word(i) === '(') depth++;
      if (this.tokens.word(i) === ')' && --depth === 0) return i + 1;
    }
    return this.tokens.length;
  }

  #endBefore(i: number): number {
    return this.tokens.all[i - 1]?.end ?? 0;
  }
}

interface Alias {
  readonly aliasname?: string;
  readonly colnames?: readonly unknown[];
}
