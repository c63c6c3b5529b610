import { printType } from '../../catalog/names.ts';
import {
  type AccessMethod,
  accessMethodOf,
  defaultTypes,
  indexedType,
  scalarTypesByExtension,
} from '../../facts/accessMethods.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { withMethod, withOperatorClass } from './indexEdits.ts';
import { type WrittenIndex, type WrittenKey, writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'no-default-operator-class',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'An index on a column whose type the access method has no operator class for.',
    why: 'An operator class tells an access method how to compare the values of a type. btree has none for json, xml, point and other shapes; gin has defaults for arrays, jsonb and tsvector only; gist for shapes, ranges and text search. Without one the statement fails (42704).',
    fine: 'An extension that the files do not mention may bring one; for scalar types in gin and gist that is what scalar-column-in-gin-or-gist tells.',
    source: 'https://www.postgresql.org/docs/current/indexes-opclass.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE events (id bigint PRIMARY KEY, payload json);',
      unsafe: 'CREATE INDEX CONCURRENTLY events_payload_idx ON events (payload);',
      safe: 'CREATE INDEX CONCURRENTLY events_payload_idx ON events USING gin ((payload::jsonb));',
    },
    {
      schema: 'CREATE TABLE shops (id bigint PRIMARY KEY, place point);',
      unsafe: 'CREATE INDEX CONCURRENTLY shops_place_idx ON shops (place);',
      safe: 'CREATE INDEX CONCURRENTLY shops_place_idx ON shops USING gist (place);',
    },
    {
      schema: 'CREATE EXTENSION pg_trgm;\nCREATE TABLE users (id bigint PRIMARY KEY, name text);',
      unsafe: 'CREATE INDEX CONCURRENTLY users_name_idx ON users USING gin (name);',
      safe: 'CREATE INDEX CONCURRENTLY users_name_idx ON users USING gin (name gin_trgm_ops);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      const method = accessMethodOf(stmt.accessMethod);
      const index = method && writtenIndex(stmt, context);
      if (!method || !index) return;
      for (const key of index.keys) {
        const type = key.element.opclass ? null : indexedType(key.type, context.before);
        if (!key.type || type === null || defaultTypes[method].has(type)) continue;
        if (mayComeFromExtension(method, type, context)) continue;
        context.report(
          key.span,
          `This fails: ${printType(key.type)} has no default operator class for the access method ${method}.`,
          helps[type] ?? 'Index an expression of another type, or use an access method that knows this type.',
          fixes(method, type, key, index, context),
        );
      }
    },
  },
});

/** btree_gin and btree_gist bring scalar types; whether they are installed, another rule asks. */
function mayComeFromExtension(method: AccessMethod, type: string, { before }: RuleContext): boolean {
  if (method !== 'gin' && method !== 'gist') return false;
  return (
    scalarTypesByExtension[method].has(type) &&
    !(type === 'text' && before.extension('pg_trgm') && !before.extension(`btree_${method}`))
  );
}

const shape = 'Shapes are indexed by gist: USING gist finds what contains, overlaps or is near.';

const helps: Readonly<Record<string, string>> = {
  json: "Change the column to jsonb, or index what you search for: ((column->>'key')), or USING gin ((column::jsonb)).",
  xml: 'Index what you search for: ((xpath(…))[1]::text).',
  point: shape,
  box: shape,
  polygon: shape,
  circle: shape,
  text: 'For LIKE, ILIKE and similarity, name the operator class of pg_trgm: gin_trgm_ops or gist_trgm_ops.',
};

function fixes(method: AccessMethod, type: string, key: WrittenKey, index: WrittenIndex, context: RuleContext): Fix[] {
  if (type === 'text' && (method === 'gin' || method === 'gist'))
    return [
      { title: `Use ${method}_trgm_ops`, safe: false, edits: [withOperatorClass(key, `${method}_trgm_ops`, context)] },
    ];
  const alone = index.keys.length === 1 && index.include.length === 0 && index.parameters.length === 0;
  const plain =
    alone &&
    key.first === key.last &&
    !context.text.slice(context.body.start, index.table.span.start).match(/\bunique\b/i);
  if (plain && method !== 'gist' && defaultTypes.gist.has(type))
    return [{ title: 'Use a gist index', safe: false, edits: [withMethod(index, 'gist', context)] }];
  if (plain && type === 'json') {
    const cast = { ...key.span, newText: `(${context.text.slice(key.span.start, key.span.end)}::jsonb)` };
    const edits = method === 'gin' ? [cast] : [withMethod(index, 'gin', context), cast];
    return [{ title: 'Index it as jsonb, with gin', safe: false, edits }];
  }
  return [];
}
