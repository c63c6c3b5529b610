/** Collects the names of a statement, each word once: who comes first knows best. */
import type { Column } from '../catalog/catalog.ts';
import { Tokens } from '../syntax/tokens.ts';
import { bareName, hasColumn, hasConstraint, type Meeting, type NamedPlace, type SchemaSymbol } from './symbol.ts';

export class Collector {
  readonly tokens: Tokens;
  readonly meeting: Meeting;
  readonly #places = new Map<number, NamedPlace>();

  constructor(text: string, from: number, to: number, meeting: Meeting) {
    this.tokens = new Tokens(text, from, to);
    this.meeting = meeting;
  }

  /** In the order in which they are written. */
  get places(): NamedPlace[] {
    return [...this.#places].sort(([a], [b]) => a - b).map(([, place]) => place);
  }

  add(token: number, symbol: SchemaSymbol): void {
    const name = this.nameAt(token);
    if (name === null || this.#places.has(token)) return;
    this.#places.set(token, { span: this.tokens.span(token), symbol, alias: name !== bareName(symbol) });
  }

  symbolAt(token: number): SchemaSymbol | undefined {
    return this.#places.get(token)?.symbol;
  }

  addColumn(token: number, table: string): void {
    const name = this.nameAt(token);
    if (name !== null && hasColumn(this.meeting, table, name)) this.add(token, { kind: 'column', table, name });
  }

  addConstraint(token: number, table: string): void {
    const name = this.nameAt(token);
    if (name !== null && hasConstraint(this.meeting, table, name)) this.add(token, { kind: 'constraint', table, name });
  }

  /** `(a, b DESC, …)`: the first word of each part, where it is a column of the table. @param open index of the parenthesis */
  addColumnList(open: number, table: string): void {
    const close = this.closing(open);
    for (const { first } of this.tokens.split(open + 1, close)) this.addColumn(first, table);
  }

  closing(open: number): number {
    let depth = 0;
    for (let i = open; i < this.tokens.length; i++) {
      const word = this.tokens.word(i);
      if (word === '(') depth++;
      else if (word === ')' && --depth === 0) return i;
    }
    return this.tokens.length;
  }

  /** The identifier at that token, as Postgres folds it; null for what is none. */
  nameAt(token: number): string | null {
    const kind = this.tokens.all[token]?.kind;
    return kind === 'word' || kind === 'identifier' ? nameOf(this.tokens.written(token)) : null;
  }

  /** Index of the last word of a dotted name. @param offset in the text */
  lastWordAt(offset: number | undefined): number {
    const first = this.tokens.at(offset ?? -1);
    return first < 0 ? -1 : this.tokens.afterName(first) - 1;
  }
}

/** What a written identifier names: unquoted ones are folded to lower case. */
export function nameOf(written: string): string {
  if (/^u&"/i.test(written)) return written.slice(3, -1);
  return written.startsWith('"') ? written.slice(1).replace(/"$/, '').replaceAll('""', '"') : written.toLowerCase();
}

export const columnSymbol = (table: string, column: Column): SchemaSymbol => ({
  kind: 'column',
  table,
  name: column.name,
});
