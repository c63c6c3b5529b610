/** The names that a statement speaks of, in lower case: what is doubtful is kept by them. */
import type { Node } from '@pgsql/types';
import { embeddedStatements } from '../syntax/bodies/embedded.ts';
import type { Statement } from '../syntax/statement.ts';

export interface Mentions {
  /** Relations and schemas, and whatever else is named without being called or used as a type. */
  readonly things: ReadonlySet<string>;
  /** Functions and types. */
  readonly callables: ReadonlySet<string>;
  /** Written before the names of functions. */
  readonly functionSchemas: ReadonlySet<string>;
}

const known = new WeakMap<Statement, Mentions>();

/** What the statement names, its bodies included. */
export function mentionsOf(statement: Statement): Mentions {
  let mentions = known.get(statement);
  if (!mentions) {
    const found = {
      things: new Set<string>(),
      callables: new Set<string>(),
      functionSchemas: new Set<string>(),
    };
    if (statement.parsed.kind === 'tree') {
      collect(statement.parsed.node, found);
      for (const { node } of embeddedStatements(statement, statement.parser)) collect(node, found);
    }
    mentions = found;
    known.set(statement, mentions);
  }
  return mentions;
}

interface Found {
  readonly things: Set<string>;
  readonly callables: Set<string>;
  readonly functionSchemas: Set<string>;
}

function collect(root: unknown, found: Found): void {
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) {
      stack.push(...value);
      continue;
    }
    if (value === null || typeof value !== 'object') continue;
    for (const [key, inner] of Object.entries(value)) {
      // columns are their relation's affair
      if (key === 'ColumnRef') continue;
      switch (key) {
        case 'relation':
        case 'rel':
        case 'pktable':
        case 'RangeVar': {
          const { relname, schemaname } = inner as { relname?: string; schemaname?: string };
          if (relname) found.things.add(relname.toLowerCase());
          if (schemaname) found.things.add(schemaname.toLowerCase());
          break;
        }
        case 'FuncCall': {
          const { funcname = [] } = inner as { funcname?: { String?: { sval?: string } }[] };
          const schema = funcname.length > 1 ? funcname[0]?.String?.sval : undefined;
          if (schema !== undefined) found.functionSchemas.add(schema);
          break;
        }
        case 'funcname':
        case 'names':
        case 'typeName':
          addAll(inner, found.callables);
          break;
        case 'objname':
        case 'object':
        case 'objects':
        case 'defnames':
        case 'domainname':
          addAll(inner, found.callables);
          addAll(inner, found.things);
          break;
        case 'idxname':
        case 'trigname':
        case 'policy_name':
        case 'conname':
        case 'indexname':
        case 'schemaname':
        case 'extname':
          if (typeof inner === 'string') found.things.add(inner.toLowerCase());
          break;
        default:
      }
      stack.push(inner);
    }
  }
}

/** The strings of a list of names, at any depth. */
function addAll(list: unknown, to: Set<string>): void {
  if (Array.isArray(list)) for (const item of list) addAll(item, to);
  else if (list !== null && typeof list === 'object') {
    for (const [key, inner] of Object.entries(list)) {
      if (key === 'sval' && typeof inner === 'string') to.add(inner.toLowerCase());
      else if (typeof inner === 'object') addAll(inner, to);
    }
  }
}

/** Every word of a text, strings included. */
export function wordsIn(text: string): string[] {
  return [...text.matchAll(/"([^"\n]+)"|[\p{L}_][\p{L}\p{N}_$]*/gu)].map(([word, quoted]) =>
    (quoted ?? word).toLowerCase(),
  );
}

/** Where a statement defines or changes something, the names of that; null where that cannot be told from its tree. */
export function definedBy(node: Node): readonly string[] | null {
  const [type, fields] = Object.entries(node)[0] as [string, Record<string, unknown>];
  if (withoutShape.test(type)) return [];
  const found = new Set<string>();
  const relation = (value: unknown): void => {
    const { relname } = (value ?? {}) as { relname?: string };
    if (relname) found.add(relname.toLowerCase());
  };
  for (const key of ['relation', 'view', 'sequence']) relation(fields[key]);
  relation((fields.into as { rel?: unknown } | undefined)?.rel);
  for (const key of [
    'funcname',
    'typeName',
    'defnames',
    'domainname',
    'objects',
    'object',
    'objname',
    'func',
    'opfamilyname',
  ])
    addAll(fields[key], found);
  for (const key of ['idxname', 'schemaname', 'extname', 'newname', 'subname'])
    if (typeof fields[key] === 'string') found.add((fields[key] as string).toLowerCase());
  relation(fields.typevar);
  return found.size > 0 ? [...found] : null;
}

/** Their failure changes no relation, no function and no type. */
const withoutShape =
  /^(Select|Insert|Update|Delete|Merge|CreatePolicy|AlterPolicy|CreateTrig|Grant|GrantRole|AlterOwner|AlterDefaultPrivileges|Comment|SecLabel|CreateRole|AlterRole|AlterRoleSet|DropRole|ReassignOwned|DropOwned|VariableSet|CreatePublication|AlterPublication|CreateEventTrig|AlterEventTrig|Rule|CreateStats|AlterStats|CreateForeignServer|CreateFdw|CreateUserMapping|AlterObjectDepends|ConstraintsSet|Prepare|Discard|Load)(Stmt)?$/;
