/** What a name in a statement stands for, as far as the files tell. */
import type { Relation, TypeName } from '../catalog/catalog.ts';
import type { SchemaReader } from '../catalog/schema.ts';
import type { Span } from '../syntax/tokens.ts';

export type SchemaSymbol =
  /** A table, view, sequence or index. */
  | { readonly kind: 'relation'; readonly key: string }
  | { readonly kind: 'column'; readonly table: string; readonly name: string }
  | { readonly kind: 'constraint'; readonly table: string; readonly name: string }
  | { readonly kind: 'type'; readonly key: string }
  /** All functions of that bare name, in any schema. */
  | { readonly kind: 'function'; readonly name: string }
  /** What the statement itself makes: a CTE, a column that is computed. */
  | {
      readonly kind: 'local';
      readonly name: string;
      readonly what: 'query' | 'column';
      /** Null where it is not known. */
      readonly type: TypeName | null;
      /** Offset in the statement's text; null where it has none. */
      readonly madeAt: number | null;
    };

/** A name as it is written in a statement. */
export interface NamedPlace {
  /** UTF-16 offsets into the statement's text, quotes included. */
  readonly span: Span;
  readonly symbol: SchemaSymbol;
  /** Another name that the statement gives it, or uses for it. */
  readonly alias: boolean;
}

/** The schema as a statement meets it and as it leaves it. */
export interface Meeting {
  readonly before: SchemaReader;
  readonly after: SchemaReader;
}

/** A statement may create what it names, or take it away. */
export const relationIn = ({ before, after }: Meeting, key: string): Relation | undefined =>
  before.relation(key) ?? after.relation(key);

export const hasColumn = ({ before, after }: Meeting, table: string, name: string): boolean =>
  [before, after].some((schema) => schema.relation(table)?.columns.some((c) => c.name === name));

export const hasConstraint = ({ before, after }: Meeting, table: string, name: string): boolean =>
  [before, after].some((schema) => schema.relation(table)?.constraints.some((c) => c.name === name));

export function isSame(a: SchemaSymbol, b: SchemaSymbol): boolean {
  switch (a.kind) {
    case 'relation':
      return b.kind === 'relation' && a.key === b.key;
    case 'column':
      return b.kind === 'column' && a.table === b.table && a.name === b.name;
    case 'constraint':
      return b.kind === 'constraint' && a.table === b.table && a.name === b.name;
    case 'type':
      return b.kind === 'type' && a.key === b.key;
    case 'function':
      return b.kind === 'function' && a.name === b.name;
    case 'local':
      return false;
  }
}

/** The bare name that is written where the symbol is meant. */
export function bareName(symbol: SchemaSymbol): string {
  return symbol.kind === 'relation' || symbol.kind === 'type'
    ? symbol.key.slice(symbol.key.indexOf('.') + 1)
    : symbol.name;
}
