import { nameParts, printType } from '../../catalog/names.ts';
import {
  type AccessMethod,
  acceptsType,
  accessMethodOf,
  capabilities,
  indexedType,
  operatorClasses,
} from '../../facts/accessMethods.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { withMethod } from './indexEdits.ts';
import { type WrittenIndex, type WrittenKey, writtenIndex } from './writtenIndex.ts';

const methods = Object.keys(capabilities) as AccessMethod[];
const isOwn = (name: string): boolean => methods.some((method) => operatorClasses[method].has(name));

export default defineRule({
  id: 'operator-class-mismatch',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: "An operator class that is another access method's, or another type's.",
    why: 'An operator class belongs to one access method and accepts one type (and what turns into it without conversion, as varchar into text). Named with another method the statement fails with 42704, on a column of another type with 42804.',
    fine: 'Never: the statement does not run.',
    source: 'https://www.postgresql.org/docs/current/indexes-opclass.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE events (id bigint PRIMARY KEY, payload jsonb);',
      unsafe: 'CREATE INDEX CONCURRENTLY events_payload_idx ON events (payload jsonb_path_ops);',
      safe: 'CREATE INDEX CONCURRENTLY events_payload_idx ON events USING gin (payload jsonb_path_ops);',
    },
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, number bigint);',
      unsafe: 'CREATE INDEX CONCURRENTLY orders_number_idx ON orders (number text_pattern_ops);',
      safe: 'CREATE INDEX CONCURRENTLY orders_number_idx ON orders (number);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      const method = accessMethodOf(stmt.accessMethod);
      if (!method) return;
      const classes = operatorClasses[method];
      const index = writtenIndex(stmt, context);
      for (const key of index?.keys ?? []) {
        const parts = nameParts(key.element.opclass);
        const name = parts.at(-1) ?? '';
        const accepts = classes.get(name);
        // what extensions bring may have the name of one of Postgres's own: text_ops of btree_gin
        if (accepts === undefined) {
          if (!index || parts.length !== 1 || !isOwn(name) || method === 'gin' || method === 'gist') continue;
          context.report(
            key.span,
            `This fails: the access method ${method} has no operator class ${name}.`,
            `It belongs to ${methods.filter((m) => operatorClasses[m].has(name)).join(' and ')}.`,
            otherMethod(name, key, index, context),
          );
          continue;
        }
        const type = indexedType(key.type, context.before);
        if (
          !key.type ||
          type === null ||
          acceptsType(accepts, type) ||
          parts.length !== 1 ||
          context.before.extension(`btree_${method}`)
        )
          continue;
        context.report(
          key.span,
          `This fails: the operator class ${name} does not accept ${printType(key.type)}.`,
          'Leave the operator class out to get the default of the type.',
          withoutClass(key, name, context),
        );
      }
    },
  },
});

function otherMethod(name: string, key: WrittenKey, index: WrittenIndex, context: RuleContext): Fix[] {
  const fitting = methods.filter((m) => operatorClasses[m].get(name) === indexedType(key.type, context.before));
  const [method] = fitting;
  if (fitting.length !== 1 || !method || index.keys.length !== 1 || index.parameters.length > 0) return [];
  return [{ title: `Use a ${method} index`, safe: false, edits: [withMethod(index, method, context)] }];
}

function withoutClass(key: WrittenKey, name: string, { tokens }: RuleContext): Fix[] {
  const at = tokens.find([name], key.first + 1, key.last + 1);
  if (at < 0 || tokens.word(at + 1) === '(') return [];
  const edit = { start: tokens.span(at - 1).end, end: tokens.span(at).end, newText: '' };
  return [{ title: `Leave ${name} out`, safe: false, edits: [edit] }];
}
