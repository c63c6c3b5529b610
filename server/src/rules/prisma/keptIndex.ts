/** Which indexes Prisma drops when its schema does not list them, and what makes it keep one. */
import { type Relation, relationKey } from '../../catalog/catalog.ts';
import type { IndexDefinition } from '../../catalog/objects.ts';
import type { Model, ModelField } from '../../sources/prisma/model.ts';
import type { Edit } from '../rule.ts';
import { addToModel } from './modelEdits.ts';

export interface KeptIndex {
  readonly fields: readonly ModelField[];
  /** `@@index([note], map: "notes")`; null where Prisma's language cannot say what the index is. */
  readonly attribute: string | null;
  /** Of the model's text; none without attribute. */
  readonly edits: readonly Edit[];
}

/**
 * What makes Prisma keep an index of the model's table; null for one that it leaves alone, that the model lists already, or whose
 * columns are not in the model.
 */
export function keptIndex(model: Model, table: Relation, relation: Relation): KeptIndex | null {
  const { index } = relation;
  if (!index || !isSeen(index) || isListed(model, table, relation, index)) return null;
  const fields = fieldsOf(model, index);
  if (!fields) return null;
  const attribute = attributeOf(relation, index, fields);
  return { fields, attribute, edits: attribute === null ? [] : [addToModel(model, attribute)] };
}

/** Partial indexes, those of expressions and those of constraints are none of Prisma's. */
const isSeen = ({ where, keys, constraint, include, nullsNotDistinct, only }: IndexDefinition): boolean =>
  where === null &&
  constraint === null &&
  include.length === 0 &&
  !nullsNotDistinct &&
  !only &&
  keys.every(({ column, expression }) => column !== null && expression === null);

/**
 * By its name; by its columns, under a name that the table has not: then it is renamed, or made another; or by another index of
 * the table that is just like it: of such Prisma drops none.
 */
function isListed({ indexes }: Model, table: Relation, { name }: Relation, definition: IndexDefinition): boolean {
  const { keys, unique, method } = definition;
  return indexes.some((index) => {
    if (index.name === name) return true;
    const isSame =
      index.fields.length === keys.length && index.fields.every(({ field }, i) => field.column === keys[i]?.column);
    if (!isSame) return false;
    const isLike =
      index.kind === (unique ? 'unique' : 'index') &&
      index.method === method &&
      index.fields.every(({ descending }, i) => descending === keys[i]?.descending);
    return isLike || !table.indexes.includes(relationKey(table.schema, index.name));
  });
}

/** Null where one of them is not in the model: the column goes, and the index with it. */
function fieldsOf({ fields }: Model, { keys }: IndexDefinition): ModelField[] | null {
  const found = keys.map(({ column }) => fields.find((field) => field.column === column));
  return found.every((field) => field !== undefined) ? found : null;
}

const types: Readonly<Record<string, string>> = {
  gin: 'Gin',
  gist: 'Gist',
  spgist: 'SpGist',
  brin: 'Brin',
  hash: 'Hash',
};

/** What makes Prisma keep it as it is. Of the methods that the language does not have it takes one without type. */
function attributeOf(
  { name }: Relation,
  { method, keys, unique }: IndexDefinition,
  fields: readonly ModelField[],
): string | null {
  // NULLS FIRST comes with DESC, and Prisma does not look at it
  if (keys.some((k) => k.descending !== k.nullsFirst || k.collation || (method === 'btree' && k.operatorClass)))
    return null;
  const isForeign = method === 'hnsw' || method === 'ivfflat';
  const type = types[method];
  if (method !== 'btree' && !isForeign && !type) return null;
  const list = fields.map((field, i) => {
    const ops = isForeign ? null : keys[i]?.operatorClass;
    const more = [...(ops ? [`ops: raw("${ops}")`] : []), ...(keys[i]?.descending ? ['sort: Desc'] : [])];
    return more.length > 0 ? `${field.name}(${more.join(', ')})` : field.name;
  });
  return `@@${unique ? 'unique' : 'index'}([${list.join(', ')}], ${type ? `type: ${type}, ` : ''}map: ${JSON.stringify(name)})`;
}
