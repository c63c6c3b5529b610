/** The files of a schema → its models, with names resolved over all of them. */
import { isIndex, readIndexes } from './indexes.ts';
import {
  type Declared,
  type EnumType,
  fieldOf,
  type Model,
  type ModelField,
  type PrismaSchema,
  type Relation,
  scalarTypes,
} from './model.ts';
import type { PrismaFile } from './prismaFile.ts';
import { argumentOf, attributeOf, type Block, itemsOf, type Member, stringOf, type Value } from './syntax.ts';

export interface SchemaFile {
  readonly uri: string;
  readonly file: PrismaFile;
}

/** Null for a schema that is not for Postgres, or does not say for what it is. */
export function readSchema(files: readonly SchemaFile[]): PrismaSchema | null {
  const all = files.flatMap(({ uri, file }) =>
    file.blocks.flatMap((block) => (block.name ? [{ uri, file, block, name: block.name.text }] : [])),
  );
  const sources = all.filter(({ block }) => block.kind === 'datasource');
  const [source] = sources;
  if (sources.length !== 1 || !source || !isForPostgres(source.block)) return null;
  const kinds = new Map<string, 'enum' | 'model'>();
  const twice = new Set<string>();
  for (const { block, name } of all) {
    const kind = block.kind === 'enum' ? 'enum' : block.kind === 'model' || block.kind === 'view' ? 'model' : null;
    if (!kind) continue;
    if (kinds.has(name)) twice.add(name);
    kinds.set(name, kind);
  }
  const enums = all.filter(({ block }) => block.kind === 'enum').map(enumOf);
  const drafts = all
    .filter(({ block }) => block.kind === 'model' || block.kind === 'view')
    .map((declared) => draftOf(declared, kinds, twice.has(declared.name)));
  const byName = new Map(drafts.map((draft) => [draft.name, draft]));
  for (const draft of drafts) draft.relations = relationsOf(draft, byName);
  const previewFeatures = all.filter(({ block }) => block.kind === 'generator').flatMap(({ block }) => features(block));
  const foreignKeys = settingOf(source.block, 'relationMode') !== 'prisma';
  return { models: drafts, enums, previewFeatures, foreignKeys };
}

function features({ members }: Block): string[] {
  const value = members.find((member) => member.name?.text === 'previewFeatures')?.value;
  return itemsOf(value ?? undefined).flatMap((item) => stringOf(item) ?? []);
}

export const settingOf = ({ members }: Block, name: string): string | null =>
  stringOf(members.find((member) => member.name?.text === name)?.value ?? undefined);

function isForPostgres(source: Block): boolean {
  const provider = settingOf(source, 'provider');
  return provider === 'postgresql' || provider === 'postgres';
}

const mapped = (block: Block, name: string): string =>
  stringOf(argumentOf(blockAttribute(block, 'map') ?? { args: [] }, 'name', true)) ?? name;

const blockAttribute = ({ members }: Block, name: string) =>
  members.flatMap(({ attributes }) => attributes).find((a) => a.ofBlock && a.name === name);

const databaseSchemaOf = (block: Block): string | null => {
  const attribute = blockAttribute(block, 'schema');
  return attribute ? stringOf(argumentOf(attribute, 'name', true)) : null;
};

function enumOf(declared: Declared): EnumType {
  const { block, name } = declared;
  return {
    ...declared,
    type: mapped(block, name),
    databaseSchema: databaseSchemaOf(block),
    values: block.members.flatMap((member) =>
      member.name && !member.broken
        ? [{ name: member.name.text, member, stored: mappedName(member) ?? member.name.text }]
        : [],
    ),
  };
}

const mappedName = (member: Member): string | null => {
  const map = attributeOf(member, 'map');
  return map ? stringOf(argumentOf(map, 'name', true)) : null;
};

type Draft = { -readonly [K in keyof Model]: Model[K] };

function draftOf(declared: Declared, kinds: ReadonlyMap<string, 'enum' | 'model'>, isTwice: boolean): Draft {
  const { block } = declared;
  const parts = partsOf(block, kinds);
  return {
    ...declared,
    ...parts,
    relations: [],
    inDoubt: block.inDoubt || isTwice || hasUnreadIndex(block, parts.indexes.length),
  };
}

/** One of a field that is not there (yet). */
const hasUnreadIndex = ({ members }: Block, read: number): boolean =>
  members.reduce((n, { attributes }) => n + attributes.filter(isIndex).length, 0) > read;

/** What of a model does not depend on other models, but for what kind of thing its types are. */
type Parts = Pick<Model, 'isView' | 'table' | 'databaseSchema' | 'fields' | 'indexes'>;

const known = new WeakMap<
  Block,
  { readonly types: readonly string[]; readonly kinds: string; readonly parts: Parts }
>();

function partsOf(block: Block, kinds: ReadonlyMap<string, 'enum' | 'model'>): Parts {
  const before = known.get(block);
  const types = before?.types ?? [...new Set(block.members.flatMap(({ type }) => type?.name ?? []))];
  const own = types.map((type) => kinds.get(type) ?? '').join();
  if (before?.kinds === own) return before.parts;
  const fields = block.members.flatMap((member) => fieldFrom(member, kinds) ?? []);
  const table = mapped(block, block.name?.text ?? '');
  const parts = {
    isView: block.kind === 'view',
    table,
    databaseSchema: databaseSchemaOf(block),
    fields,
    indexes: readIndexes(block, fields, table),
  };
  known.set(block, { types, kinds: own, parts });
  return parts;
}

function fieldFrom(member: Member, kinds: ReadonlyMap<string, 'enum' | 'model'>): ModelField | null {
  const { name, type } = member;
  if (!name || !type) return null;
  const isScalar = (scalarTypes as readonly string[]).includes(type.name);
  const kind = type.name === 'Unsupported' ? 'unsupported' : isScalar ? 'scalar' : (kinds.get(type.name) ?? 'unknown');
  const written = attributeOf(member, 'default');
  const value = written ? (argumentOf(written, 'value', true) ?? null) : null;
  return {
    name: name.text,
    member,
    kind,
    type: kind === 'unsupported' ? (type.unsupported ?? '') : type.name,
    arity: type.arity,
    column: mappedName(member) ?? name.text,
    native: nativeOf(member),
    defaultKind: value ? (value.kind === 'call' ? value.name : 'value') : null,
    isUpdatedAt: attributeOf(member, 'updatedAt') !== undefined,
  };
}

function nativeOf({ attributes }: Member): ModelField['native'] {
  const attribute = attributes.find((a) => /^[^.]+\.[^.]+$/.test(a.name));
  if (!attribute) return null;
  const args = attribute.args.flatMap(({ value }) => (value.kind === 'number' ? [Number(value.text)] : []));
  return { name: attribute.name.slice(attribute.name.indexOf('.') + 1), args, attribute };
}

/** Those that have columns on this side, all of whose fields are known. */
function relationsOf(draft: Draft, models: ReadonlyMap<string, Model>): Relation[] {
  return draft.fields.flatMap((field) => {
    const target = field.kind === 'model' && field.arity !== 'list' ? models.get(field.type) : undefined;
    const attribute = attributeOf(field.member, 'relation');
    if (!target || !attribute || field.member.broken) return [];
    const fields = fieldsIn(argumentOf(attribute, 'fields'), draft);
    const references = fieldsIn(argumentOf(attribute, 'references'), target);
    if (!fields || !references || fields.length === 0 || fields.length !== references.length) return [];
    const onDelete = argumentOf(attribute, 'onDelete');
    return [
      { field, attribute, fields, target, references, onDelete: onDelete?.kind === 'name' ? onDelete.name : null },
    ];
  });
}

function fieldsIn(list: Value | undefined, model: Pick<Model, 'fields'>): ModelField[] | null {
  const fields = itemsOf(list).map((item) => (item.kind === 'name' ? fieldOf(model, item.name) : undefined));
  return fields.every((field) => field !== undefined) ? fields : null;
}
