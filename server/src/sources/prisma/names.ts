/** Every name in a schema of Prisma's that stands for something declared in it. */
import {
  type Declared,
  type EnumType,
  type EnumValue,
  fieldOf,
  type Model,
  type ModelField,
  type PrismaSchema,
} from './model.ts';
import type { PrismaFile } from './prismaFile.ts';
import { type Attribute, itemsOf, type Member, type Name, type Span, type Value } from './syntax.ts';
import { tokenize } from './tokens.ts';

export type PrismaThing =
  | { readonly kind: 'model'; readonly model: Model }
  | { readonly kind: 'enum'; readonly type: EnumType }
  | { readonly kind: 'field'; readonly model: Model; readonly field: ModelField }
  | { readonly kind: 'value'; readonly type: EnumType; readonly value: EnumValue };

/** Offsets into the text of the block that it stands in, or into the file: see who gives it. */
export type PrismaName = Span & PrismaThing;

/** @param offset in the file; so are the answer's; null where no name is that the schema knows */
export function prismaNameAt(schema: PrismaSchema, file: PrismaFile, offset: number): PrismaName | null {
  const i = file.starts.findLastIndex((start) => start <= offset);
  const block = file.blocks[i];
  const start = file.starts[i] ?? 0;
  const declared = [...schema.models, ...schema.enums].find((other) => other.block === block);
  if (!declared) return null;
  for (const name of namesIn(schema, declared))
    if (name.start <= offset - start && offset - start <= name.end)
      return { ...name, start: name.start + start, end: name.end + start };
  return null;
}

export interface PrismaUse {
  /** The block that it stands in. */
  readonly at: Declared;
  /** Offsets into the block's text. */
  readonly span: Span;
}

/** Where a thing is named in all files of the schema, where it is declared too; in their order within a file. */
export function usesOf(schema: PrismaSchema, thing: PrismaThing): PrismaUse[] {
  const blocks = [...schema.models, ...schema.enums].map((at) => ({ at, start: at.file.startOf(at.block) }));
  return blocks
    .sort((a, b) => (a.at.uri === b.at.uri ? a.start - b.start : a.at.uri < b.at.uri ? -1 : 1))
    .flatMap(({ at }) => {
      const uses: PrismaUse[] = [];
      for (const name of namesIn(schema, at))
        if (isSameThing(name, thing)) uses.push({ at, span: { start: name.start, end: name.end } });
      return uses;
    });
}

/** The block that declares a thing, and its name there. */
export function declarationOf(thing: PrismaThing): PrismaUse {
  const at = blockOf(thing);
  const name =
    thing.kind === 'field' ? thing.field.member.name : thing.kind === 'value' ? thing.value.member.name : at.block.name;
  return { at, span: spanOf(name ?? { start: at.block.head, end: at.block.head }) };
}

const blockOf = (thing: PrismaThing): Model | EnumType =>
  thing.kind === 'model' || thing.kind === 'field' ? thing.model : thing.type;

function isSameThing(a: PrismaThing, b: PrismaThing): boolean {
  if (blockOf(a).block !== blockOf(b).block || a.kind !== b.kind) return false;
  if (a.kind === 'field' && b.kind === 'field') return a.field.member === b.field.member;
  return a.kind !== 'value' || b.kind !== 'value' || a.value.member === b.value.member;
}

/** The names in a block, as offsets into its text, in the order in which they are written. */
export function* namesIn(schema: PrismaSchema, declared: Model | EnumType): Generator<PrismaName> {
  const { block } = declared;
  if (!('fields' in declared)) {
    if (block.name) yield { kind: 'enum', type: declared, ...spanOf(block.name) };
    for (const value of declared.values)
      if (value.member.name) yield { kind: 'value', type: declared, value, ...spanOf(value.member.name) };
    return;
  }
  if (block.name) yield { kind: 'model', model: declared, ...spanOf(block.name) };
  for (const member of block.members) yield* inMember(schema, declared, member);
}

const spanOf = ({ start, end }: Span): Span => ({ start, end });

function* inMember(schema: PrismaSchema, model: Model, member: Member): Generator<PrismaName> {
  const { name, type } = member;
  if (name) yield* fieldNamed(model, name);
  if (type) {
    const span = { start: type.start, end: type.start + type.name.length };
    const target = schema.models.find((other) => other.name === type.name);
    const values = target ? undefined : schema.enums.find((other) => other.name === type.name);
    if (target) yield { kind: 'model', model: target, ...span };
    else if (values) yield { kind: 'enum', type: values, ...span };
  }
  for (const attribute of member.attributes) yield* inAttribute(schema, model, member, attribute);
}

const listsFields: ReadonlySet<string> = new Set(['index', 'unique', 'id', 'fulltext']);

function* inAttribute(
  schema: PrismaSchema,
  model: Model,
  { type }: Member,
  { name: attribute, ofBlock, args }: Attribute,
): Generator<PrismaName> {
  for (const { name: argument, value } of args) {
    if (attribute === 'default' && !ofBlock) {
      const values = schema.enums.find((other) => other.name === type?.name);
      if (values && (argument === null || argument === 'value')) yield* valuesIn(values, value);
    } else if (attribute === 'relation' && (argument === 'fields' || argument === 'references')) {
      const of = argument === 'fields' ? model : schema.models.find((other) => other.name === type?.name);
      if (of) yield* fieldsIn(of, value);
    } else if (ofBlock && listsFields.has(attribute)) {
      if (argument === null || argument === 'fields') yield* fieldsIn(model, value);
      else if (argument === 'where' && value.kind === 'object') yield* keysIn(model, value);
    }
  }
}

function* fieldsIn(model: Model, list: Value): Generator<PrismaName> {
  for (const item of itemsOf(list)) {
    const name = nameIn(item);
    if (name) yield* fieldNamed(model, name);
  }
}

function* valuesIn(type: EnumType, written: Value): Generator<PrismaName> {
  for (const item of itemsOf(written)) {
    const value = item.kind === 'name' ? type.values.find(({ name }) => name === item.name) : undefined;
    if (value) yield { kind: 'value', type, value, ...spanOf(item) };
  }
}

/** The fields of a condition, `{ deletedAt: null, kind: { not: "draft" } }`: not what stands in inner braces. */
function* keysIn(model: Model, { start, end }: Span): Generator<PrismaName> {
  let depth = 0;
  const tokens = tokenize(model.block.text.slice(start, end));
  for (const [i, { kind, text, ...span }] of tokens.entries()) {
    if (kind === 'punctuation' && text === '{') depth++;
    if (kind === 'punctuation' && text === '}') depth--;
    if (depth === 1 && kind === 'name' && tokens[i + 1]?.text === ':')
      yield* fieldNamed(model, { text, start: span.start + start, end: span.end + start });
  }
}

/** `title`, and `title` of `title(sort: Desc)`. */
function nameIn(value: Value): Name | null {
  if (value.kind !== 'name' && value.kind !== 'call') return null;
  return { text: value.name, start: value.start, end: value.start + value.name.length };
}

function* fieldNamed(model: Model, name: Name): Generator<PrismaName> {
  const field = fieldOf(model, name.text);
  if (field) yield { kind: 'field', model, field, ...spanOf(name) };
}
