/** `on.name`. */
import { stringOf } from './builtins.ts';
import { mappedTo } from './mapped.ts';
import type { Value } from './values.ts';

export function memberOf(on: Value, name: string, span: Value['span']): Value {
  // a project's env.py may hand its metadata's tables to each revision
  if (on.kind === 'name' && on.path === 'parameter:tables') {
    const table = stringOf(mappedTo(name, span), span);
    return {
      kind: 'construct',
      name: 'table',
      path: 'sqlalchemy.table',
      on: null,
      args: [table],
      keywords: new Map(),
      span,
    };
  }
  if (on.kind === 'name') return { kind: 'name', path: `${on.path}.${name}`, span };
  if (on.kind === 'unknown') return { kind: 'attribute', on, name, span };
  if (on.kind === 'class') {
    const member = on.members.variables.get(name);
    if (member)
      return member.kind === 'string' || member.kind === 'number' ? { kind: 'attribute', on, name, span } : member;
  }
  // a revision under review runs on PostgreSQL
  if (name === 'name' && isDialect(on)) return stringOf(mappedTo('postgresql', span), span);
  if (name === 'value' && on.kind === 'attribute' && on.on.kind === 'class')
    return on.on.members.variables.get(on.name) ?? { kind: 'unknown', span };
  return { kind: 'attribute', on, name, span };
}

function isDialect(value: Value): boolean {
  if (value.kind !== 'attribute' || (value.name !== 'dialect' && value.name !== 'engine')) return false;
  const { on } = value;
  if (on.kind === 'attribute') return isDialect(on);
  return on.kind === 'construct' && (on.name === 'get_bind' || on.name === 'get_context');
}
