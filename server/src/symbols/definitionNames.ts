/**
 * The names in statements that define something. Parse trees tell where few of them stand: the others are found by the words
 * in front of them.
 */
import type { ColumnDef, ColumnRef, FuncCall, Node, RangeVar, TypeName } from '@pgsql/types';
import { relationKey } from '../catalog/catalog.ts';
import { nameParts, rangeVarKey } from '../catalog/names.ts';
import type { Collector } from './collector.ts';
import { relationIn, type SchemaSymbol } from './symbol.ts';

export function collectDefinitionNames(names: Collector, statement: Node): void {
  const target = targetOf(statement);
  const key = target ? rangeVarKey(target, names.meeting.before.session.schema) : null;
  visitObjects(statement, (object) => collectObject(names, object, key));
  if (key !== null) {
    collectColumns(names, key);
    collectNewName(names, statement, target?.schemaname);
  }
  collectByKind(names, statement);
}

/** The table that bare column names belong to. */
function targetOf(node: Node): RangeVar | undefined {
  if ('AlterTableStmt' in node) return node.AlterTableStmt.relation;
  if ('CreateStmt' in node) return node.CreateStmt.relation;
  if ('IndexStmt' in node) return node.IndexStmt.relation;
  if ('RenameStmt' in node) return node.RenameStmt.relation;
  if ('CreateTrigStmt' in node) return node.CreateTrigStmt.relation;
  if ('CreatePolicyStmt' in node) return node.CreatePolicyStmt.table;
  if ('AlterPolicyStmt' in node) return node.AlterPolicyStmt.table;
  if ('RuleStmt' in node) return node.RuleStmt.relation;
  if ('CopyStmt' in node) return node.CopyStmt.relation;
  return undefined;
}

/** Every object of the tree, also those that fields hold without a type around them. Iterative: trees may be deep. */
function visitObjects(root: unknown, visit: (object: object) => void): void {
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const value = stack.pop();
    if (value === null || typeof value !== 'object') continue;
    if (!Array.isArray(value)) visit(value);
    for (const inner of Object.values(value)) if (typeof inner === 'object') stack.push(inner);
  }
}

function collectObject(names: Collector, object: object, target: string | null): void {
  const { meeting, tokens } = names;
  if ('relname' in object) {
    const relation = object as RangeVar;
    const key = rangeVarKey(relation, meeting.before.session.schema);
    names.add(names.lastWordAt(relation.location), { kind: 'relation', key });
  } else if ('names' in object && 'typemod' in object) {
    const { names: parts, location } = object as TypeName;
    const symbol = typeSymbol(names, nameParts(parts));
    if (symbol) names.add(names.lastWordAt(location), symbol);
  } else if ('funcname' in object && 'location' in object) {
    const { funcname, location } = object as FuncCall;
    addFunction(names, names.lastWordAt(location), nameParts(funcname).at(-1) ?? '');
  } else if ('colname' in object && target !== null) {
    const { colname = '', location } = object as ColumnDef;
    names.add(tokens.at(location ?? -1), { kind: 'column', table: target, name: colname });
  } else if ('fields' in object && target !== null) {
    const { fields, location } = object as ColumnRef;
    // `NEW.a` in a trigger, `t.a` in a policy
    if ((fields?.length ?? 0) <= 2) names.addColumn(names.lastWordAt(location), target);
  }
}

/** A type of the files, or the row of a table. */
function typeSymbol({ meeting }: Collector, parts: readonly string[]): SchemaSymbol | null {
  const name = parts.at(-1) ?? '';
  const { session } = meeting.before;
  const schemas = parts.length > 1 ? [parts.at(-2) as string] : [session.schema, 'public'];
  for (const schema of schemas) {
    const key = relationKey(schema, name);
    if (meeting.before.type(key) ?? meeting.after.type(key)) return { kind: 'type', key };
    if (relationIn(meeting, key)) return { kind: 'relation', key };
  }
  return null;
}

function addFunction(names: Collector, token: number, name: string): void {
  const { before, after } = names.meeting;
  if (before.functions(name).length + after.functions(name).length > 0) names.add(token, { kind: 'function', name });
}

/** Words behind ADD, DROP, ALTER and RENAME that are no names of columns. */
const notColumns = new Set(['column', 'constraint', 'if', 'to', 'table', 'index', 'type', 'view', 'default', 'not']);

function collectColumns(names: Collector, target: string): void {
  const { tokens } = names;
  let indexed = tokens.word(0) === 'create' && tokens.findOutside(['index']) > 0;
  for (let i = 0; i < tokens.length; i++) {
    const word = tokens.word(i);
    const next = tokens.word(i + 1);
    if (word === 'references') {
      const last = tokens.afterName(i + 1) - 1;
      const symbol = names.symbolAt(last);
      if (symbol?.kind === 'relation' && tokens.word(last + 1) === '(') names.addColumnList(last + 1, symbol.key);
      i = last;
    } else if (word === 'constraint') names.addConstraint(afterExists(names, i + 1), target);
    else if (word === 'column') names.addColumn(afterExists(names, i + 1), target);
    else if ((word === 'add' || word === 'drop' || word === 'alter' || word === 'rename') && !notColumns.has(next))
      names.addColumn(i + 1, target);
    else if (word === 'to' && tokens.word(0) === 'alter') {
      names.addColumn(i + 1, target);
      if (tokens.find(['rename', 'constraint']) >= 0) names.addConstraint(i + 1, target);
    } else if (word === 'of' && tokens.word(i - 1) === 'update')
      for (let k = i + 1; names.nameAt(k) !== null && tokens.word(k) !== 'on'; k += 2) names.addColumn(k, target);
    else if (next === '(' && (word === 'key' || word === 'unique' || word === 'include' || tokens.word(i - 1) === 'by'))
      names.addColumnList(i + 1, target);
    else if (next === '(' && names.symbolAt(i)?.kind === 'relation' && tokens.word(0) === 'copy')
      names.addColumnList(i + 1, target);
    else if (word === '(' && indexed) {
      names.addColumnList(i, target);
      indexed = false;
    }
  }
}

/** Behind IF EXISTS and IF NOT EXISTS. */
function afterExists({ tokens }: Collector, from: number): number {
  if (tokens.word(from) !== 'if') return from;
  return from + (tokens.word(from + 1) === 'not' ? 3 : 2);
}

/** ALTER TABLE a RENAME TO b. */
function collectNewName(names: Collector, statement: Node, schema: string | undefined): void {
  if (!('RenameStmt' in statement)) return;
  const { renameType, newname = '' } = statement.RenameStmt;
  if (renameType === 'OBJECT_COLUMN' || renameType === 'OBJECT_TABCONSTRAINT') return;
  const key = relationKey(schema ?? names.meeting.before.session.schema, newname);
  names.add(names.tokens.length - 1, { kind: 'relation', key });
}

const relationKinds = new Set(['table', 'view', 'index', 'sequence']);
const functionKinds = new Set(['function', 'procedure', 'routine', 'aggregate']);

/** DROP, COMMENT ON, CREATE and ALTER: the word for a kind of object, and the names behind it. */
function collectByKind(names: Collector, statement: Node): void {
  const { tokens } = names;
  const first = tokens.word(0);
  if ('SelectStmt' in statement || (first !== 'drop' && first !== 'comment' && first !== 'create' && first !== 'alter'))
    return;
  let i = 1;
  const isKind = (word: string): boolean =>
    relationKinds.has(word) ||
    functionKinds.has(word) ||
    ['type', 'domain', 'column', 'trigger', 'policy'].includes(word);
  while (i < tokens.length && !isKind(tokens.word(i))) i++;
  const kind = tokens.word(i);
  if (kind === 'trigger' || kind === 'policy') {
    collectOnTable(names, i);
    return;
  }
  i++;
  if (tokens.word(i) === 'concurrently') i++;
  i = afterExists(names, i);
  for (;;) {
    const last = tokens.afterName(i) - 1;
    collectNamed(names, statement, kind, i, last);
    let next = last + 1;
    if (functionKinds.has(kind) && tokens.word(next) === '(') next = names.closing(next) + 1;
    if (first !== 'drop' || tokens.word(next) !== ',') break;
    i = next + 1;
  }
}

function collectNamed(names: Collector, statement: Node, kind: string, first: number, last: number): void {
  const { schema } = names.meeting.before.session;
  const keyOf = (at: number): string => {
    const before = at - 2 >= first ? names.nameAt(at - 2) : null;
    return relationKey(before ?? schema, names.nameAt(at) ?? '');
  };
  if (kind === 'column') {
    const table = keyOf(last - 2);
    names.add(last - 2, { kind: 'relation', key: table });
    names.addColumn(last, table);
  } else if (kind === 'index' && 'IndexStmt' in statement) {
    const { relation, idxname } = statement.IndexStmt;
    if (idxname !== undefined)
      names.add(last, { kind: 'relation', key: relationKey(relation?.schemaname ?? schema, idxname) });
  } else if (relationKinds.has(kind)) names.add(last, { kind: 'relation', key: keyOf(last) });
  else if (functionKinds.has(kind)) addFunction(names, last, names.nameAt(last) ?? '');
  else {
    const symbol = typeSymbol(
      names,
      [last - 2 >= first ? names.nameAt(last - 2) : null, names.nameAt(last)].flatMap((part) => part ?? []),
    );
    if (symbol) names.add(last, symbol);
  }
}

/** `DROP TRIGGER a ON t`, and the function that a new one calls. */
function collectOnTable(names: Collector, from: number): void {
  const { tokens } = names;
  const { schema } = names.meeting.before.session;
  const on = tokens.find(['on'], from);
  if (on >= 0) {
    const last = tokens.afterName(on + 1) - 1;
    const namespace = last > on + 1 ? names.nameAt(last - 2) : null;
    names.add(last, { kind: 'relation', key: relationKey(namespace ?? schema, names.nameAt(last) ?? '') });
  }
  const execute = tokens.find(['execute'], from);
  const last = execute < 0 ? -1 : tokens.afterName(execute + 2) - 1;
  if (last > 0) addFunction(names, last, names.nameAt(last) ?? '');
}
