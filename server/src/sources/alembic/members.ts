/** `on.name`. */
import { stringOf } from './builtins.ts';
import { postgresDialect } from './dialect.ts';
import { isOfLibrary } from './libraries.ts';
import { mappedTo } from './mapped.ts';
import type { Class, Construct, Value } from './values.ts';

export function memberOf(on: Value, name: string, span: Value['span']): Value {
  if (on.kind === 'name' && on.path === postgresDialect && name === 'name')
    return stringOf(mappedTo('postgresql', span), span);
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
  if (on.kind === 'name') return { ...on, path: on.path === '' ? name : `${on.path}.${name}`, span };
  if (on.kind === 'unknown') return { kind: 'attribute', on, name, span };
  if (on.kind === 'construct') {
    const own = memberOfConstruct(on, name, span);
    if (own) return own;
  }
  if (on.kind === 'class') {
    const member = memberOfClass(on, name);
    if (member)
      return member.kind === 'string' || member.kind === 'number' ? { kind: 'attribute', on, name, span } : member;
  }
  // a revision under review runs on PostgreSQL
  if (name === 'name' && isDialect(on)) return stringOf(mappedTo('postgresql', span), span);
  // a member of an enum
  if (on.kind === 'attribute' && on.on.kind === 'class') {
    if (name === 'value') return memberOfClass(on.on, on.name) ?? { kind: 'unknown', span };
    if (name === 'name') return stringOf(mappedTo(on.name, span), span);
  }
  return { kind: 'attribute', on, name, span };
}

/** In the class itself or one that it inherits from, as far as these are known. */
export function memberOfClass(type: Class, name: string, depth = 0): Value | null {
  const own = type.members.variables.get(name);
  if (own || depth > 8) return own ?? null;
  for (const base of type.bases) {
    const found = base.kind === 'class' ? memberOfClass(base, name, depth + 1) : null;
    if (found) return found;
  }
  return null;
}

/** What an object of a library or of the project's own class tells of itself. */
function memberOfConstruct(on: Construct, name: string, span: Value['span']): Value | null {
  if (on.of) {
    if (name === 'impl') return on.keywords.get('impl') ?? null;
    const member = memberOfClass(on.of, name);
    return member && member.kind !== 'function' ? member : null;
  }
  // a table's name is text, a column's belongs to an expression
  if (name === 'name' && /^(?:table|Table|create_table)$/.test(on.name) && on.args[0]?.kind === 'string')
    return { ...on.args[0], span };
  if (name === 'length' && isOfLibrary(on)) return on.keywords.get('length') ?? on.args[0] ?? { kind: 'none', span };
  return null;
}

function isDialect(value: Value): boolean {
  if (value.kind === 'name') return value.path === postgresDialect;
  if (value.kind !== 'attribute') return false;
  const { on, name } = value;
  // of whatever connection or engine it is
  if (name === 'dialect') return true;
  if (name !== 'engine') return false;
  if (on.kind === 'attribute') return isDialect(on);
  return on.kind === 'construct' && (on.name === 'get_bind' || on.name === 'get_context');
}
