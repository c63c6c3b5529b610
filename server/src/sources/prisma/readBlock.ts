/** A block's text → what stands in it. Never throws; what cannot be read is left out and marked as broken. */
import type { Argument, Attribute, Block, BlockKind, Member, Name, TypeReference, Value } from './syntax.ts';
import { isClosed, stringValue, type Token, tokenize } from './tokens.ts';

const keywords: ReadonlySet<string> = new Set(['model', 'view', 'enum', 'type', 'datasource', 'generator']);

/** Any other is one that is being typed. */
const attributes: ReadonlySet<string> = new Set(
  'id unique index fulltext default relation map updatedAt ignore schema shardKey'.split(' '),
);
const withArguments: ReadonlySet<string> = new Set(['default', 'relation', 'map', 'index', 'schema']);

export function readBlock(text: string): Block {
  const tokens = tokenize(text);
  const at = tokens.findIndex(
    ({ kind, text: word }, i) =>
      kind === 'name' &&
      keywords.has(word) &&
      isLineStart(tokens, i) &&
      tokens[i + 1]?.kind === 'name' &&
      is(tokens[i + 2], '{'),
  );
  const keyword = tokens[at];
  if (!keyword) {
    const inDoubt = tokens.some(({ kind }) => kind !== 'comment' && kind !== 'line');
    return { text, kind: null, name: null, comments: '', members: [], head: text.length, close: text.length, inDoubt };
  }
  const reader = new Reader(tokens, at + 3);
  const kind = keyword.text as BlockKind;
  const members = reader.members(kind);
  return {
    text,
    kind,
    name: nameOf(tokens[at + 1] as Token),
    comments: commentsAbove(tokens, at),
    members,
    head: keyword.start,
    close: reader.closedAt ?? text.length,
    inDoubt: reader.inDoubt || reader.closedAt === null,
  };
}

const is = (token: Token | undefined, text: string): boolean => token?.kind === 'punctuation' && token.text === text;
const nameOf = ({ text, start, end }: Token): Name => ({ text, start, end });
const isLineStart = (tokens: readonly Token[], i: number): boolean => i === 0 || tokens[i - 1]?.kind === 'line';

/** Of the lines right above a token, without an empty one between. */
function commentsAbove(tokens: readonly Token[], at: number): string {
  let from = at;
  while (tokens[from - 1]?.kind === 'line' && tokens[from - 2]?.kind === 'comment' && isLineStart(tokens, from - 2))
    from -= 2;
  return tokens
    .slice(from, at)
    .filter(({ kind }) => kind === 'comment')
    .map(({ text }) => text)
    .join('\n');
}

class Reader {
  readonly #tokens: readonly Token[];
  #at: number;
  /** Of the member at hand. */
  #broken = false;
  closedAt: number | null = null;
  inDoubt = false;

  constructor(tokens: readonly Token[], at: number) {
    this.#tokens = tokens;
    this.#at = at;
  }

  get #next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  members(kind: BlockKind): Member[] {
    const members: Member[] = [];
    for (let next = this.#next; next; next = this.#next) {
      if (is(next, '}')) {
        this.closedAt = next.start;
        break;
      }
      if (next.kind === 'line' || next.kind === 'comment') this.#at++;
      else members.push(this.#member(kind));
    }
    return members;
  }

  #member(kind: BlockKind): Member {
    const first = this.#at;
    const comments = commentsAbove(this.#tokens, first);
    const { start } = this.#next as Token;
    this.#broken = false;
    let name: Name | null = null;
    let type: TypeReference | null = null;
    let value: Value | null = null;
    if (this.#next?.kind === 'name') {
      name = nameOf(this.#next);
      this.#at++;
      if (kind === 'datasource' || kind === 'generator') {
        if (this.#take('=')) value = this.#value();
        if (!value) this.#broken = true;
      } else if (kind !== 'enum') {
        type = this.#type();
        if (!type) this.#broken = true;
      }
    }
    const attributes: Attribute[] = [];
    while (is(this.#next, '@') || is(this.#next, '@@')) {
      const attribute = this.#attribute();
      if (attribute) attributes.push(attribute);
    }
    const end = this.#endOf(first);
    const rest = this.#restOfLine();
    if (
      this.#broken &&
      (rest || this.#tokens.slice(first, this.#at).some((t) => is(t, '@') || is(t, '@@') || is(t, '(')))
    )
      this.inDoubt = true;
    const behind = this.#next?.kind === 'comment' ? `\n${this.#next.text}` : '';
    return { start, end, comments: comments + behind, broken: this.#broken, name, type, value, attributes };
  }

  /** Behind the last word read. */
  #endOf(first: number): number {
    let last = this.#at - 1;
    while (last > first && (this.#tokens[last]?.kind === 'line' || this.#tokens[last]?.kind === 'comment')) last--;
    return (this.#tokens[last] as Token).end;
  }

  /** Passes over what cannot be read. */
  #restOfLine(): boolean {
    let some = false;
    for (
      let next = this.#next;
      next && next.kind !== 'line' && next.kind !== 'comment' && !is(next, '}');
      next = this.#next
    ) {
      some = true;
      this.#broken = true;
      this.#at++;
    }
    return some;
  }

  #take(text: string): boolean {
    if (!is(this.#next, text)) return false;
    this.#at++;
    return true;
  }

  #type(): TypeReference | null {
    const token = this.#next;
    if (token?.kind !== 'name') return null;
    this.#at++;
    let unsupported: string | null = null;
    if (is(this.#next, '(')) {
      const args = this.#arguments();
      const [argument] = args;
      if (argument?.value.kind === 'string') unsupported = argument.value.value;
    }
    let arity: TypeReference['arity'] = 'required';
    if (is(this.#next, '[') && is(this.#tokens[this.#at + 1], ']')) {
      this.#at += 2;
      arity = 'list';
    }
    if (this.#take('?')) arity = arity === 'list' ? 'list' : 'optional';
    return { start: token.start, end: this.#endOf(this.#at - 1), name: token.text, arity, unsupported };
  }

  #attribute(): Attribute | null {
    const at = this.#next as Token;
    this.#at++;
    const parts: string[] = [];
    let end = at.end;
    do {
      const token = this.#next;
      // `@ id` is no attribute
      if (token?.kind !== 'name' || token.start !== end) {
        this.#broken = true;
        break;
      }
      parts.push(token.text);
      end = token.end;
      this.#at++;
    } while (is(this.#next, '.') && this.#next?.start === end && ++this.#at && ++end);
    if (parts.length === 0) return null;
    const args = is(this.#next, '(') ? this.#arguments() : [];
    const name = parts.join('.');
    if (parts.length === 1 && (!attributes.has(name) || (withArguments.has(name) && args.length === 0)))
      this.#broken = true;
    return {
      start: at.start,
      end: this.#endOf(this.#at - 1),
      name,
      ofBlock: at.text === '@@',
      args,
    };
  }

  /** From an opening parenthesis behind its closing one, or to where it was left open. */
  #arguments(): Argument[] {
    this.#at++;
    const args: Argument[] = [];
    while (this.#skipWithin(')')) {
      const argument = this.#argument();
      if (argument) args.push(argument);
      if (!this.#separate(')')) break;
    }
    return args;
  }

  /**
   * Over line ends and comments in brackets. False when those are closed (the bracket is read then), or were left open: a new
   * member or the end of the block begins.
   */
  #skipWithin(close: string): boolean {
    for (let next = this.#next; next; next = this.#next) {
      if (this.#take(close)) return false;
      if (next.kind === 'line' && this.#startsMember(this.#at + 1)) break;
      if (next.kind !== 'line' && next.kind !== 'comment') return true;
      this.#at++;
    }
    this.#broken = true;
    return false;
  }

  /** `name Type`, `@@…` and `}` begin no line of an argument. */
  #startsMember(at: number): boolean {
    let i = at;
    while (this.#tokens[i]?.kind === 'line' || this.#tokens[i]?.kind === 'comment') i++;
    const [first, second] = [this.#tokens[i], this.#tokens[i + 1]];
    return !first || is(first, '}') || is(first, '@@') || (first.kind === 'name' && second?.kind === 'name');
  }

  /** A comma, or the end; anything else is passed over as far as the next of them. */
  #separate(close: string): boolean {
    while (this.#skipWithin(close)) {
      if (this.#take(',')) return true;
      this.#broken = true;
      // what closes another bracket ends this one too
      if (is(this.#next, ')') || is(this.#next, ']')) return false;
      this.#at++;
    }
    return false;
  }

  #argument(): Argument | null {
    const first = this.#next as Token;
    const isNamed = first.kind === 'name' && is(this.#tokens[this.#at + 1], ':');
    if (isNamed) this.#at += 2;
    const value = this.#value();
    if (!value) {
      this.#broken = true;
      return null;
    }
    return { start: first.start, end: value.end, name: isNamed ? first.text : null, value };
  }

  /** As far as its closing brace, on one line. */
  #object({ start }: Token): Value {
    for (let depth = 0; this.#next && this.#next.kind !== 'line'; ) {
      const token = this.#next;
      this.#at++;
      if (is(token, '{')) depth++;
      if (is(token, '}') && --depth === 0) return { kind: 'object', start, end: token.end };
    }
    this.#broken = true;
    return { kind: 'object', start, end: this.#endOf(this.#at - 1) };
  }

  #value(): Value | null {
    const token = this.#next;
    if (!token) return null;
    const { start } = token;
    if (token.kind === 'string') {
      this.#at++;
      if (!isClosed(token)) this.#broken = true;
      return { kind: 'string', value: stringValue(token.text), start, end: token.end };
    }
    if (token.kind === 'number') {
      this.#at++;
      return { kind: 'number', text: token.text, start, end: token.end };
    }
    if (is(token, '[')) {
      this.#at++;
      const items: Value[] = [];
      while (this.#skipWithin(']')) {
        const item = this.#value();
        if (item) items.push(item);
        else this.#broken = true;
        if (!this.#separate(']')) break;
      }
      return { kind: 'list', items, start, end: this.#endOf(this.#at - 1) };
    }
    if (is(token, '{')) return this.#object(token);
    if (token.kind !== 'name') return null;
    let name = token.text;
    let end = token.end;
    this.#at++;
    while (is(this.#next, '.') && this.#tokens[this.#at + 1]?.kind === 'name') {
      const part = this.#tokens[this.#at + 1] as Token;
      name += `.${part.text}`;
      end = part.end;
      this.#at += 2;
    }
    if (!is(this.#next, '(')) return { kind: 'name', name, start, end };
    const args = this.#arguments();
    return { kind: 'call', name, args, start, end: this.#endOf(this.#at - 1) };
  }
}
