import { vectorMethodOf, vectorParameters, vectorTypeOf } from '../../facts/pgvector.ts';
import { defineRule } from '../rule.ts';
import { type WrittenParameter, writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'vector-index-parameter',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'A parameter that an index of pgvector does not have, or a value out of its range.',
    why: 'hnsw takes m from 2 to 100 and ef_construction from 4 to 1000, which must be at least 2 · m (the defaults are 16 and 64); ivfflat takes lists from 1 to 32768. Anything else makes the statement fail (22023).',
    fine: 'Never: the statement does not run.',
    source: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-STORAGE-PARAMETERS',
  },
  examples: [
    {
      schema: 'CREATE EXTENSION vector;\nCREATE TABLE items (id bigint PRIMARY KEY, embedding vector(3));',
      unsafe:
        'CREATE INDEX CONCURRENTLY items_embedding_idx ON items USING hnsw (embedding vector_l2_ops) WITH (m = 64, ef_construction = 100);',
      safe: 'CREATE INDEX CONCURRENTLY items_embedding_idx ON items USING hnsw (embedding vector_l2_ops) WITH (m = 64, ef_construction = 128);',
    },
    {
      schema: 'CREATE EXTENSION vector;\nCREATE TABLE items (id bigint PRIMARY KEY, embedding vector(3));',
      unsafe:
        'CREATE INDEX CONCURRENTLY items_embedding_idx ON items USING ivfflat (embedding vector_l2_ops) WITH (lists = 0);',
      safe: 'CREATE INDEX CONCURRENTLY items_embedding_idx ON items USING ivfflat (embedding vector_l2_ops) WITH (lists = 1);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      const method = vectorMethodOf(stmt.accessMethod ?? '');
      const index = method && writtenIndex(stmt, context);
      // an access method of that name need not be pgvector's
      if (!method || !index?.keys.some((key) => vectorTypeOf(key.type))) return;
      const known = vectorParameters[method];
      const { tokens } = context;
      const change = (parameter: WrittenParameter, value: number) => {
        const at = tokens.at(parameter.span.start) + 2;
        return [
          {
            title: `Set ${parameter.name} to ${value}`,
            safe: false,
            edits: [{ start: tokens.span(at).start, end: parameter.span.end, newText: String(value) }],
          },
        ];
      };
      const values = new Map<string, number>(Object.entries(known).map(([name, { standard }]) => [name, standard]));
      for (const parameter of index.parameters) {
        const { name, span, value } = parameter;
        const range = Object.hasOwn(known, name) ? known[name] : undefined;
        if (!range) {
          context.report(
            span,
            `This fails: ${method} has no parameter ${name}.`,
            `It has ${Object.keys(known).join(' and ')}.`,
          );
          return;
        }
        const number = value && 'Integer' in value ? (value.Integer.ival ?? 0) : null;
        if (number === null) return;
        if (number < range.least || number > range.most) {
          context.report(
            span,
            `This fails: ${name} of ${method} must be from ${range.least} to ${range.most}.`,
            `The default is ${range.standard}.`,
            change(parameter, number < range.least ? range.least : range.most),
          );
          return;
        }
        values.set(name, number);
      }
      const [m = 0, ef = 0] = [values.get('m'), values.get('ef_construction')];
      if (method !== 'hnsw' || ef >= 2 * m) return;
      const written = (name: string) => index.parameters.find((p) => p.name === name);
      const place = written('ef_construction') ?? written('m');
      if (!place) return;
      context.report(
        place.span,
        `This fails: ef_construction (${ef}) must be at least twice m (${m}).`,
        `Set ef_construction to ${2 * m} or more, or m lower. The defaults are 64 and 16.`,
        place.name === 'ef_construction' ? change(place, 2 * m) : [],
      );
    },
  },
});
