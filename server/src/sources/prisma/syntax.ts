/**
 * What stands in a file of Prisma's schema language, as far as it is typed. All offsets count in the block's own text, so that a
 * block which merely moves stays the same value.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Name extends Span {
  readonly text: string;
}

export type Value = Span &
  (
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'number'; readonly text: string }
    /** A field, an enum's value, `true`, `Cascade`; with dots as written. */
    | { readonly kind: 'name'; readonly name: string }
    /** `now()`, `raw("…")`, `title(sort: Desc)` */
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Argument[] }
    | { readonly kind: 'list'; readonly items: readonly Value[] }
    /** `{ deletedAt: null }`, the condition of a partial index; not read further. */
    | { readonly kind: 'object' }
  );

export interface Argument extends Span {
  readonly name: string | null;
  readonly value: Value;
}

export interface Attribute extends Span {
  /** Without `@`: `id`, `relation`, `db.VarChar`. */
  readonly name: string;
  /** Written with `@@`: of the whole block. */
  readonly ofBlock: boolean;
  readonly args: readonly Argument[];
}

export interface TypeReference extends Span {
  /** `Unsupported` for `Unsupported("…")`. */
  readonly name: string;
  readonly arity: 'required' | 'optional' | 'list';
  /** What the database calls it, of `Unsupported("…")`. */
  readonly unsupported: string | null;
}

/** A line (or more, within brackets) of a block. */
export interface Member extends Span {
  /** Of the lines right above it, and behind it. */
  readonly comments: string;
  /** Not all of it could be read: it is being typed. */
  readonly broken: boolean;
  /** Null for a line that begins with `@@`, or with nothing that is a name. */
  readonly name: Name | null;
  /** Of a field. */
  readonly type: TypeReference | null;
  /** Of a datasource or generator: `provider = "postgresql"`. */
  readonly value: Value | null;
  readonly attributes: readonly Attribute[];
}

export type BlockKind = 'model' | 'view' | 'enum' | 'type' | 'datasource' | 'generator';

export interface Block {
  /** With what stands above it: the file's text is that of its blocks, one behind the other. */
  readonly text: string;
  /** Null for what is in no block: the end of the file, or what is being typed between blocks. */
  readonly kind: BlockKind | null;
  readonly name: Name | null;
  /** Of the lines right above it. */
  readonly comments: string;
  readonly members: readonly Member[];
  /** Where the text of its first line begins, the keyword. */
  readonly head: number;
  /** Offset of its closing brace; of the text's end where that is missing. */
  readonly close: number;
  /** Something in it is being typed that may be an attribute: what is not there may be about to come. */
  readonly inDoubt: boolean;
}

export const attributeOf = ({ attributes }: Pick<Member, 'attributes'>, name: string): Attribute | undefined =>
  attributes.find((attribute) => attribute.name === name);

/** The argument of that name; without a name the first one, where `first` says so. */
export const argumentOf = ({ args }: Pick<Attribute, 'args'>, name: string, first = false): Value | undefined =>
  (args.find((a) => a.name === name) ?? (first ? args.find((a) => a.name === null) : undefined))?.value;

/** What a list holds; Prisma takes one value without brackets for a list of it. */
export function itemsOf(value: Value | undefined): readonly Value[] {
  return value === undefined ? [] : value.kind === 'list' ? value.items : [value];
}

export const stringOf = (value: Value | undefined): string | null => (value?.kind === 'string' ? value.value : null);
