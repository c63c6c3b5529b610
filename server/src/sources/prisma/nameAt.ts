/** What a name in a schema of Prisma's stands for. */
import { type EnumType, fieldOf, type Model, type ModelField, type PrismaSchema } from './model.ts';
import type { PrismaFile } from './prismaFile.ts';
import { type Attribute, itemsOf, type Member, type Name, type Span, type Value } from './syntax.ts';

export type PrismaName = Span &
  (
    | { readonly kind: 'model'; readonly model: Model }
    | { readonly kind: 'enum'; readonly type: EnumType }
    | { readonly kind: 'field'; readonly model: Model; readonly field: ModelField }
  );

/** @param offset in the file; so are the answer's; null where no name is that the schema knows */
export function prismaNameAt(schema: PrismaSchema, file: PrismaFile, offset: number): PrismaName | null {
  const i = file.starts.findLastIndex((start) => start <= offset);
  const block = file.blocks[i];
  const start = file.starts[i] ?? 0;
  if (!block) return null;
  const at = offset - start;
  const placed = (name: PrismaName | null): PrismaName | null =>
    name && { ...name, start: name.start + start, end: name.end + start };
  const type = schema.enums.find((other) => other.block === block);
  if (type) return block.name && isAt(block.name, at) ? placed({ kind: 'enum', type, ...spanOf(block.name) }) : null;
  const model = schema.models.find((other) => other.block === block);
  if (!model) return null;
  if (block.name && isAt(block.name, at)) return placed({ kind: 'model', model, ...spanOf(block.name) });
  const member = block.members.find((other) => isAt(other, at));
  return member ? placed(inMember(schema, model, member, at)) : null;
}

const isAt = ({ start, end }: Span, at: number): boolean => start <= at && at <= end;
const spanOf = ({ start, end }: Span): Span => ({ start, end });

function inMember(schema: PrismaSchema, model: Model, member: Member, at: number): PrismaName | null {
  const { name, type } = member;
  if (name && isAt(name, at)) return fieldNamed(model, name.text, name);
  if (type && at >= type.start && at <= type.start + type.name.length) {
    const span = { start: type.start, end: type.start + type.name.length };
    const target = schema.models.find((other) => other.name === type.name);
    if (target) return { kind: 'model', model: target, ...span };
    const values = schema.enums.find((other) => other.name === type.name);
    return values ? { kind: 'enum', type: values, ...span } : null;
  }
  const attribute = member.attributes.find((other) => isAt(other, at));
  return attribute ? inAttribute(schema, model, member, attribute, at) : null;
}

/** Fields that `@@index`, `@@unique`, `@@id` and `@relation` list. */
function inAttribute(
  schema: PrismaSchema,
  model: Model,
  { type }: Member,
  attribute: Attribute,
  at: number,
): PrismaName | null {
  const argument = attribute.args.find((other) => isAt(other, at));
  const item = itemsOf(argument?.value).find((other) => isAt(other, at));
  const listed = item && nameIn(item);
  if (!listed || !isAt(listed, at)) return null;
  const of = argument?.name === 'references' ? schema.models.find((other) => other.name === type?.name) : model;
  return of ? fieldNamed(of, listed.text, listed) : null;
}

/** `title`, and `title` of `title(sort: Desc)`. */
function nameIn(value: Value): Name | null {
  if (value.kind !== 'name' && value.kind !== 'call') return null;
  return { text: value.name, start: value.start, end: value.start + value.name.length };
}

function fieldNamed(model: Model, name: string, span: Span): PrismaName | null {
  const field = fieldOf(model, name);
  return field ? { kind: 'field', model, field, ...spanOf(span) } : null;
}
