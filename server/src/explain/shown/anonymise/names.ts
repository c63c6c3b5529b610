// What stands in place of a name or a value when a plan is anonymised: the same wherever the name stands.
import { Lexer, type Token } from '../../../text/lexer.ts';
import { functions, isPlain, keywords, types } from './words.ts';

export type NameKind =
  | 'table'
  | 'schema'
  | 'alias'
  | 'index'
  | 'column'
  | 'function'
  | 'type'
  | 'query'
  | 'trigger'
  | 'constraint'
  | 'provider';

/** Constants shorter than that are left in sentences: they are in so much else. */
const shortestValue = 3;
const shortestNumber = 4;
/** What is longer is no word of a regular expression. */
const longestPattern = 1_000;
/** In front of the name of a table. */
const beforeTable = new Set(['from', 'join', 'update', 'into', 'only', 'table']);

export class Names {
  /** By what Postgres takes the name for: without quotes. */
  private readonly known = new Map<string, string>();
  private readonly counts = new Map<NameKind, number>();
  private readonly values = new Set<string>();
  /** Conditions that were replaced as a whole: sentences quote them. */
  private readonly expressions = new Map<string, string>();

  of(name: string, kind: NameKind): string {
    let made = this.known.get(name);
    if (made === undefined) {
      const count = (this.counts.get(kind) ?? 0) + 1;
      this.counts.set(kind, count);
      made = `${kind}${count}`;
      this.known.set(name, made);
    }
    return made;
  }

  /** A condition, a key or a whole statement: names and constants replaced, comments left out. */
  sql(text: string): string {
    const before = this.expressions.get(text);
    if (before !== undefined) return before;
    const tokens = tokensOf(text);
    let made = '';
    let end = 0;
    for (const [i, token] of tokens.entries()) {
      made += text.slice(end, token.start).replace(/\S/g, '');
      made += token.kind === 'comment' ? ' ' : this.replaced(token, i, tokens, text);
      end = token.end;
    }
    made = made.trim();
    this.expressions.set(text, made);
    return made;
  }

  private replaced(token: Token, place: number, tokens: readonly Token[], text: string): string {
    const own = text.slice(token.start, token.end);
    switch (token.kind) {
      case 'operator':
      case 'punctuation':
      case 'parameter':
        return own;
      case 'string':
      case 'dollar':
        this.values.add(contentOf(own));
        return "'x'";
      case 'number':
        return this.number(own, wordAt(tokens[place - 1], text));
      case 'word':
      case 'identifier':
        return this.word(token, place, tokens, text);
      default:
        return '?';
    }
  }

  /** `InitPlan 2` is no constant. */
  private number(text: string, before: string): string {
    if (/^(?:initplan|subplan|cte)$/.test(before)) return text;
    this.values.add(text);
    return '1';
  }

  private word(token: Token, place: number, tokens: readonly Token[], text: string): string {
    const own = text.slice(token.start, token.end);
    const before = wordAt(tokens[place - 1], text);
    const after = wordAt(tokens[place + 1], text);
    const isQuoted = token.kind === 'identifier';
    const name = isQuoted ? unquoted(own) : own.toLowerCase();
    if (!isQuoted && before !== '.' && after !== '.') {
      if (keywords.has(name)) return own;
      if (types.has(name) && isType(place, tokens, text)) return own;
      if (functions.has(name) && after === '(') return own;
    }
    if (before === '::') return this.of(name, 'type');
    if (after === '(' && before !== 'into') return this.of(name, 'function');
    if (after === '.') return this.of(name, beforeTable.has(before) ? 'schema' : 'alias');
    return this.of(name, beforeTable.has(before) ? 'table' : 'column');
  }

  /** A sentence about the plan, in which names, conditions and constants of it may stand. */
  sentence(text: string): string {
    const found = [...this.replacements()].filter(([part]) => text.includes(part));
    // the longest that fits
    const parts = found.sort(([a], [b]) => b.length - a.length);
    let told = text;
    for (const [part, made] of parts) if (part.length > longestPattern) told = told.replaceAll(part, () => made);
    const words = parts.filter(([part]) => part.length <= longestPattern);
    if (words.length === 0) return told;
    const replacement = new Map(words);
    const pattern = new RegExp(words.map(([part]) => patternOf(part)).join('|'), 'gu');
    return told.replace(pattern, (part) => replacement.get(part) ?? '…');
  }

  private *replacements(): Generator<[string, string]> {
    for (const pair of this.expressions) if (!isPlain(pair[0])) yield pair;
    for (const [name, made] of this.known) {
      if (isPlain(name) || keywords.has(name)) continue;
      yield [name, made];
      if (name.includes('"')) yield [name.replaceAll('"', '""'), made];
    }
    for (const value of this.values) {
      const isNumber = /^[\d.]+$/.test(value);
      if (value.length >= (isNumber ? shortestNumber : shortestValue) && !isPlainWord(value, isNumber))
        yield [value, isNumber ? '1' : 'x'];
    }
  }
}

const isPlainWord = (value: string, isNumber: boolean): boolean => !isNumber && isPlain(value);

/** Not inside of a longer word. */
function patternOf(part: string): string {
  const escaped = part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const word = /[\p{L}\p{N}_]/u;
  const begins = word.test([...part][0] ?? '') ? '(?<![\\p{L}\\p{N}_])' : '';
  const ends = word.test([...part].at(-1) ?? '') ? '(?![\\p{L}\\p{N}_])' : '';
  return `${begins}${escaped}${ends}`;
}

/** Whether a type stands there: behind `::` and AS, in front of a constant, or as a further word of one. */
function isType(place: number, tokens: readonly Token[], text: string): boolean {
  if (tokens[place + 1]?.kind === 'string') return true;
  for (let i = place - 1; i >= 0; i--) {
    const before = wordAt(tokens[i], text);
    if (before === '::' || before === 'as') return true;
    if (!types.has(before)) return false;
  }
  return false;
}

function tokensOf(text: string): readonly Token[] {
  const lexer = new Lexer(text);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token; token = lexer.next()) tokens.push(token);
  return tokens;
}

const wordAt = (token: Token | undefined, text: string): string =>
  token ? text.slice(token.start, token.end).toLowerCase() : '';

/** `"my ""own"""` → `my "own"` */
const unquoted = (text: string): string =>
  text
    .replace(/^[uU]&/, '')
    .slice(1, -1)
    .replaceAll('""', '"');

const contentOf = (text: string): string =>
  text
    .replace(/^(?:[a-zA-Z]&?'|'|\$\w*\$)/, '')
    .replace(/(?:'|\$\w*\$)$/, '')
    .replaceAll("''", "'");
