/** The keys and indexes of a model, named as Prisma names them. */
import { fieldOf, type IndexedField, type Model, type ModelField, type ModelIndex, type Relation } from './model.ts';
import { type Argument, type Attribute, argumentOf, type Block, itemsOf, stringOf, type Value } from './syntax.ts';

const kinds: Readonly<Record<string, ModelIndex['kind']>> = { id: 'id', unique: 'unique', index: 'index' };
const suffixes: Readonly<Record<ModelIndex['kind'], string>> = { id: 'pkey', unique: 'key', index: 'idx' };

/** Whether it makes an index that we read. */
export const isIndex = ({ name, ofBlock }: Attribute): boolean => name in kinds && (ofBlock || name !== 'index');

/** What changes nothing about which rows are in the index, and in which order. */
const plainArguments: ReadonlySet<string> = new Set(['fields', 'name', 'map', 'type', 'clustered']);

export function readIndexes(block: Block, fields: readonly ModelField[], table: string): ModelIndex[] {
  const ofFields = fields.flatMap((field) =>
    field.member.attributes.flatMap((attribute) => {
      const kind = attribute.ofBlock ? undefined : kinds[attribute.name];
      if (!kind || kind === 'index') return [];
      const indexed = { field, ...orderOf(attribute.args) };
      return [indexOf(kind, attribute, [indexed], table, field)];
    }),
  );
  const ofModel = block.members.flatMap(({ attributes, broken }) =>
    attributes.flatMap((attribute) => {
      const kind = attribute.ofBlock && !broken ? kinds[attribute.name] : undefined;
      const indexed = kind ? indexedFields(argumentOf(attribute, 'fields', true), fields) : null;
      return kind && indexed ? [indexOf(kind, attribute, indexed, table, null)] : [];
    }),
  );
  return [...ofFields, ...ofModel];
}

function indexOf(
  kind: ModelIndex['kind'],
  attribute: Attribute,
  fields: readonly IndexedField[],
  table: string,
  of: ModelField | null,
): ModelIndex {
  const type = argumentOf(attribute, 'type');
  const method = type?.kind === 'name' ? type.name.toLowerCase() : 'btree';
  const own = of ? ['sort', 'length', 'ops'] : [];
  return {
    kind,
    attribute,
    of,
    fields,
    method,
    // the name of a unique index is the client's alone
    name:
      stringOf(argumentOf(attribute, 'map')) ??
      (kind === 'index' ? stringOf(argumentOf(attribute, 'name')) : null) ??
      chosenName(table, fields, suffixes[kind]),
    isPartial: attribute.args.some(({ name }) => name !== null && !plainArguments.has(name) && !own.includes(name)),
    start: attribute.start,
    end: attribute.end,
  };
}

/** The constraint that Prisma makes of a relation. */
export const foreignKeyName = ({ table }: Pick<Model, 'table'>, { attribute, fields }: Relation): string =>
  stringOf(argumentOf(attribute, 'map')) ??
  chosenName(
    table,
    fields.map((field) => ({ field })),
    'fkey',
  );

/** As Prisma names what has no `map`: in 63 bytes, the suffix whole. */
function chosenName(table: string, fields: readonly Pick<IndexedField, 'field'>[], suffix: string): string {
  const columns = suffix === 'pkey' ? [] : fields.map(({ field }) => field.column);
  const name = [table, ...columns].join('_');
  const room = 63 - suffix.length - 1;
  let cut = name;
  while (new TextEncoder().encode(cut).length > room) cut = [...cut].slice(0, -1).join('');
  return `${cut}_${suffix}`;
}

/** Null where one of them is not known: it may be part of a composite, or about to be written. */
function indexedFields(list: Value | undefined, fields: readonly ModelField[]): IndexedField[] | null {
  if (itemsOf(list).length === 0) return null;
  const indexed: IndexedField[] = [];
  for (const item of itemsOf(list)) {
    const name = item.kind === 'name' || item.kind === 'call' ? item.name : '';
    const field = fieldOf({ fields }, name);
    if (!field) return null;
    indexed.push({ field, ...orderOf(item.kind === 'call' ? item.args : []) });
  }
  return indexed;
}

function orderOf(args: readonly Argument[]): Pick<IndexedField, 'descending' | 'operatorClass'> {
  const sort = argumentOf({ args }, 'sort');
  const ops = argumentOf({ args }, 'ops');
  return {
    descending: sort?.kind === 'name' && sort.name === 'Desc',
    operatorClass:
      ops?.kind === 'name' ? ops.name : ops?.kind === 'call' ? (stringOf(ops.args[0]?.value) ?? 'raw') : null,
  };
}
