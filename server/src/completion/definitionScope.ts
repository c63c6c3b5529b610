/** The table whose columns an expression sees in a statement that defines something: a check, an index, a policy, a trigger. */
import type { RangeVar } from '@pgsql/types';
import type { SchemaReader } from '../catalog/schema.ts';
import { plainColumn, relationItem } from '../query/fromItems.ts';
import type { RangeItem } from '../query/scope.ts';
import type { Words } from './cursor.ts';

/** Null where the statement is none of these. */
export function definitionItems(all: Words, before: Words, schema: SchemaReader): RangeItem[] | null {
  const first = all.at(0);
  if ((first !== 'alter' && first !== 'create') || before.includes('select')) return null;
  const at = targetAt(all);
  if (at !== null) {
    const named = all.dottedName(at);
    if (!named) return null;
    const table: RangeVar = { relname: named.name, inh: true, ...(named.schema ? { schemaname: named.schema } : {}) };
    const item = relationItem(table, schema);
    if (!all.includes('trigger')) return [item];
    return ['new', 'old'].map((name) => ({ ...relationItem({ ...table, alias: { aliasname: name } }, schema), name }));
  }
  return createdColumns(all, before);
}

/** Index of the last word of the table's name. */
function targetAt(all: Words): number | null {
  let i = 0;
  if (all.at(0) === 'alter') {
    if (all.at(1) === 'policy') return nameEnd(all, all.indexOf('on') + 1);
    if (all.at(1) !== 'table') return null;
    i = all.at(2) === 'if' ? 4 : 2;
  } else {
    const isOnTable = ['index', 'policy', 'trigger'].some((word) => all.upTo(5).includes(word));
    const on = isOnTable ? all.indexOf('on') : -1;
    if (on < 0) return null;
    i = on + 1;
  }
  return nameEnd(all, all.at(i) === 'only' ? i + 1 : i);
}

const nameEnd = (all: Words, i: number): number => (all.at(i + 1) === '.' ? i + 2 : i);

const notColumns = /^(?:constraint|primary|foreign|unique|check|exclude|like)$/;

/** Of CREATE TABLE: the columns that stand before the cursor. */
function createdColumns(all: Words, before: Words): RangeItem[] | null {
  const open = all.indexOf('(');
  if (!all.upTo(4).includes('table') || open < 0) return null;
  const names: string[] = [];
  let depth = 0;
  for (let i = open; i < before.length; i++) {
    const word = all.at(i);
    const name = all.nameAt(i + 1);
    if (word === '(') depth++;
    if (word === ')') depth--;
    const begins = depth === 1 && (i === open || word === ',');
    if (begins && name !== null && !notColumns.test(all.at(i + 1))) names.push(name);
  }
  const columns = names.map((name) => plainColumn(name));
  return [
    {
      kind: 'relation',
      name: null,
      key: null,
      relation: null,
      columns,
      complete: false,
      node: null,
      rangeVar: null,
      nullable: false,
      level: null,
    },
  ];
}
