/** What a Python expression of a revision stands for, as far as the file tells. */
import type { SyntaxNode } from '@lezer/common';
import type { Span } from '../../syntax/tokens.ts';
import type { Mapped } from './mapped.ts';

/** A Python file that is run. */
export interface PythonFile {
  readonly uri: string;
  readonly text: string;
  /** The revision itself: places in other files mean nothing to who reads it. */
  readonly own: boolean;
}

/** Every value knows the expression that gave it, as offsets into the file. */
export type Value = { readonly span: Span } & (
  | { readonly kind: 'unknown' }
  | { readonly kind: 'none' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  /** `holes`: parts of it are not known, and stand there as `{{ }}`. */
  | {
      readonly kind: 'string';
      readonly mapped: Mapped;
      readonly holes: boolean;
      /** `op.f`: a name that no naming convention changes. */
      readonly settled?: boolean;
    }
  | {
      readonly kind: 'list';
      readonly items: readonly Value[];
      readonly tuple: boolean;
      /** A set: Python goes through it in any order. */
      readonly unordered?: boolean;
    }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Value, Value])[] }
  | { readonly kind: 'function'; readonly node: SyntaxNode; readonly scope: Scope; readonly file: PythonFile }
  | { readonly kind: 'class'; readonly name: string; readonly bases: readonly Value[]; readonly members: Scope }
  /** A name of a library, such as `sqlalchemy.Column`. */
  | Name
  /** What a call of a library's name or method gives. */
  | Construct
  /** `on.name` of a construct. */
  | { readonly kind: 'attribute'; readonly on: Value; readonly name: string }
  /** A comparison or computation that SQLAlchemy turns into SQL. */
  | { readonly kind: 'operation'; readonly operator: string; readonly left: Value; readonly right: Value }
);

export interface Name {
  readonly kind: 'name';
  readonly span: Span;
  readonly path: string;
  /** The file that imports it: a module of the project may be meant. Absent: it is no module of the project. */
  readonly from?: string;
  /** URI of the folder that a relative import begins in. */
  readonly base?: string;
}

export type Class = Extract<Value, { kind: 'class' }>;

export interface Construct {
  readonly kind: 'construct';
  readonly span: Span;
  /** The last name of what was called. */
  readonly name: string;
  /** The whole name: `sqlalchemy.Column`; of a method: '' . */
  readonly path: string;
  /** What the method was called on. */
  readonly on: Value | null;
  /** The class that was called, when the file or the project tells of it. */
  readonly of?: Class;
  readonly args: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
}

export type StringValue = Extract<Value, { kind: 'string' }>;

/** Variables of a function or module; a name that is bound to nothing is looked for outside. */
export class Scope {
  readonly variables = new Map<string, Value>();
  readonly outer: Scope | null;

  constructor(outer: Scope | null) {
    this.outer = outer;
  }

  get(name: string): Value | null {
    return this.variables.get(name) ?? this.outer?.get(name) ?? null;
  }

  /** The modules of which all names are imported. */
  get stars(): readonly Value[] {
    const own = this.variables.get('*');
    return own?.kind === 'list' ? own.items : (this.outer?.stars ?? []);
  }
}

/** Null where it is not known. */
export function truthOf(value: Value): boolean | null {
  switch (value.kind) {
    case 'none':
      return false;
    case 'boolean':
      return value.value;
    case 'number':
      return value.value !== 0;
    case 'string':
      return value.mapped.text !== '';
    case 'list':
      return value.items.length > 0;
    case 'dict':
      return value.entries.length > 0;
    case 'function':
    case 'class':
      return true;
    default:
      return null;
  }
}

/** Null where it is not known. */
export function equal(a: Value, b: Value): boolean | null {
  if (a.kind === 'string' && b.kind === 'string') return a.holes || b.holes ? null : a.mapped.text === b.mapped.text;
  if (a.kind === 'number' && b.kind === 'number') return a.value === b.value;
  if (a.kind === 'boolean' && b.kind === 'boolean') return a.value === b.value;
  if (a.kind === 'list' && b.kind === 'list') {
    if (a.items.length !== b.items.length) return false;
    const each = a.items.map((item, i) => equal(item, b.items[i] as Value));
    return each.includes(false) ? false : each.includes(null) ? null : true;
  }
  if (a.kind === 'none' || b.kind === 'none') return isPlain(a) && isPlain(b) ? a.kind === b.kind : null;
  return isPlain(a) && isPlain(b) && a.kind !== b.kind ? false : null;
}

const isPlain = (v: Value): boolean => ['none', 'boolean', 'number', 'string', 'list', 'dict'].includes(v.kind);

/** The text of a string that is wholly known; null for anything else. */
export const textOf = (value: Value | undefined): string | null =>
  value?.kind === 'string' && !value.holes ? value.mapped.text : null;

/** The members of a Python enum, as `Type.member`. */
export const membersOfEnum = (type: Class): Extract<Value, { kind: 'attribute' }>[] =>
  [...type.members.variables].flatMap(([name, value]) =>
    name.startsWith('_') || value.kind === 'function' || value.kind === 'class'
      ? []
      : { kind: 'attribute' as const, on: type, name, span: type.span },
  );

/** Whether the class is an enum, of Python's or of its own making. */
export const isEnum = (type: Class, depth = 0): boolean =>
  type.bases.some((base) =>
    base.kind === 'name'
      ? /(?:^|\.)(?:Str|Int)?Enum$/.test(base.path)
      : base.kind === 'class' && depth < 8 && isEnum(base, depth + 1),
  );
