import type { Node } from '@pgsql/types';
import { nameParts } from '../../catalog/names.ts';
import { defineRule, type Edit } from '../rule.ts';
import { constraintAt, constraintSpan, inCaseOf, type LastingColumn, ofNewColumns } from './newColumns.ts';

const generators = /^(?:gen_random_uuid|uuid_generate_v\w+|uuidv[47])$/;

export default defineRule({
  id: 'uuid-as-text',
  family: 'schema',
  severity: 'information',
  docs: {
    summary: 'A column of text that holds UUIDs.',
    why: 'As text a UUID takes 37 bytes in the table and in every index and foreign key, as uuid 16. Text takes anything: a value that is no UUID, and the same UUID in upper and lower case as two different keys.',
    fine: 'Another program wants a string and cannot be changed.',
    source: 'https://www.postgresql.org/docs/current/datatype-uuid.html',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE orders (id text PRIMARY KEY DEFAULT gen_random_uuid()::text, note text);',
      safe: 'CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), note text);',
    },
    {
      unsafe: 'CREATE TABLE devices (id bigint PRIMARY KEY, uuid varchar(36) NOT NULL);',
      safe: 'CREATE TABLE devices (id bigint PRIMARY KEY, uuid uuid NOT NULL);',
    },
  ],
  conclude: ofNewColumns((column, context) => {
    const { type } = column;
    if (type.schema !== null || type.array || !/^(?:text|varchar|bpchar)$/.test(type.name)) return;
    const expression = constraintAt(column, 'CONSTR_DEFAULT')?.raw_expr;
    const generated = expression !== undefined && isGenerator(withoutCast(expression));
    const named = /(?:^|_)uuid$/i.test(column.name) && type.modifiers[0] === 36;
    if (!generated && !named) return;
    context.report(
      column.typeSpan,
      `${column.name} holds UUIDs as text: 37 bytes each instead of 16, and upper and lower case are different values.`,
      'Make it uuid, together with the columns that refer to it.',
      isLinked(column) ? [] : asUuid(column, generated, context),
    );
  }),
});

const withoutCast = (node: Node): Node => ('TypeCast' in node && node.TypeCast.arg ? node.TypeCast.arg : node);
const isGenerator = (node: Node): boolean =>
  'FuncCall' in node && generators.test(nameParts(node.FuncCall.funcname).at(-1) ?? '');

/** Then both sides have to change at once. */
const isLinked = ({ name, relation }: LastingColumn): boolean =>
  relation.referencedBy.length > 0 ||
  relation.constraints.some((c) => c.kind === 'foreign' && c.columns.includes(name));

function asUuid(column: LastingColumn, generated: boolean, context: Parameters<typeof constraintSpan>[2]) {
  const written = context.text.slice(column.typeSpan.start, column.typeSpan.end);
  const edits: Edit[] = [{ ...column.typeSpan, newText: inCaseOf(written, 'uuid') }];
  const fallback = constraintAt(column, 'CONSTR_DEFAULT');
  // any other default would have to be a valid uuid itself
  if (fallback && !generated) return [];
  if (fallback?.raw_expr && 'TypeCast' in fallback.raw_expr) {
    const span = constraintSpan(column, fallback, context);
    const cast = /\s*::\s*(?:text|varchar|character varying)(?:\s*\(\s*36\s*\))?$/i.exec(
      context.text.slice(span.start, span.end),
    );
    if (!cast) return [];
    edits.push({ start: span.start + cast.index, end: span.end, newText: '' });
  }
  return [{ title: 'Make it uuid', safe: false, edits }];
}
