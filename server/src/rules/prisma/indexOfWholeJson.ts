import { columnTypeOf } from '../../sources/prisma/columnTypes.ts';
import type { ModelIndex } from '../../sources/prisma/model.ts';
import { argumentOf } from '../../sources/prisma/syntax.ts';
import type { Fix } from '../rule.ts';
import { defineModelRule } from './modelRule.ts';

export default defineModelRule({
  id: 'index-of-whole-json',
  severity: 'information',
  docs: {
    summary: 'An @@index of a Json field or of a list, without type: Gin.',
    why: 'Prisma makes a btree index of it, which compares whole values: it serves neither path nor array_contains, has nor any other filter for what is inside. A @db.Json has no order at all: there CREATE INDEX fails (42704).',
    fine: 'Queries compare whole values, or sort by them.',
    source: 'https://www.postgresql.org/docs/current/datatype-json.html#JSON-INDEXING',
  },
  examples: [
    {
      unsafe: 'model Event {\n  id   BigInt @id\n  data Json\n\n  @@index([data])\n}',
      safe: 'model Event {\n  id   BigInt @id\n  data Json\n\n  @@index([data], type: Gin)\n}',
    },
    {
      unsafe: 'model Post {\n  id   BigInt   @id\n  tags String[]\n\n  @@index([tags])\n}',
      safe: 'model Post {\n  id   BigInt   @id\n  tags String[]\n\n  @@index([tags], type: Gin)\n}',
    },
  ],
  model(model, context) {
    if (model.isView) return;
    for (const index of model.indexes) {
      const json = index.method === 'btree' && index.fields.find((key) => typeOf(key) === 'json' && !key.operatorClass);
      if (json) {
        context.report(
          model,
          index,
          `The migration fails: ${json.field.name} is json, which no btree index can hold.`,
          'Leave @db.Json out: jsonb can be indexed, with type: Gin.',
          [],
          { severity: 'error' },
        );
        continue;
      }
      const [key, ...others] = index.fields;
      if (index.kind !== 'index' || index.method !== 'btree' || !key || others.length > 0 || index.isPartial) continue;
      if (key.operatorClass || key.descending) continue;
      const isList = key.field.arity === 'list';
      if (!isList && typeOf(key) !== 'jsonb') continue;
      context.report(
        model,
        index,
        `A btree index on ${key.field.name} compares whole values: it does not serve ${isList ? 'has, hasSome or hasEvery' : 'path, array_contains or string_contains'}.`,
        isList
          ? 'type: Gin serves hasSome and hasEvery.'
          : 'type: Gin serves @> in SQL ($queryRaw); for one path an index of the expression, in a migration of your own.',
        asGin(index),
      );
    }
  },
});

const typeOf = ({ field }: ModelIndex['fields'][number]): string | undefined =>
  field.arity === 'list' ? undefined : columnTypeOf(field)?.name;

function asGin({ attribute }: ModelIndex): Fix[] {
  const last = attribute.args.at(-1);
  if (!last || argumentOf(attribute, 'type')) return [];
  const edits = [{ start: last.end, end: last.end, newText: ', type: Gin' }];
  return [{ title: 'Make it type: Gin', safe: false, edits }];
}
