/** CREATE SEQUENCE, ALTER SEQUENCE: to which column one belongs. */
import type { AlterSeqStmt, CreateSeqStmt, Node } from '@pgsql/types';
import { keyOf, relationKey } from './catalog.ts';
import { nameParts, rangeVarKey } from './names.ts';
import { change, create, named, withItem, without } from './relations.ts';
import type { SchemaWriter } from './schema.ts';

export function applyCreateSequence(schema: SchemaWriter, stmt: CreateSeqStmt): void {
  const sequence = named(schema, stmt.sequence, 'sequence', true);
  if (stmt.if_not_exists && schema.relation(keyOf(sequence))) return;
  create(schema, sequence);
  own(schema, keyOf(sequence), stmt.options);
}

export function applyAlterSequence(schema: SchemaWriter, stmt: AlterSeqStmt): void {
  own(schema, rangeVarKey(stmt.sequence, schema.session.schema), stmt.options);
}

function own(schema: SchemaWriter, key: string, options: readonly Node[] | undefined): void {
  for (const option of options ?? []) {
    if (!('DefElem' in option) || option.DefElem.defname !== 'owned_by') continue;
    const names = option.DefElem.arg && 'List' in option.DefElem.arg ? nameParts(option.DefElem.arg.List.items) : [];
    const before = schema.relation(key)?.ownedBy;
    if (before) change(schema, before.table, (t) => ({ ...t, sequences: without(t.sequences, key) }));
    const column = names.at(-1);
    const table = names.at(-2);
    const owner =
      table === undefined || column === undefined
        ? null
        : { table: relationKey(names.at(-3) ?? schema.session.schema, table), column };
    change(schema, key, (s) => ({ ...s, ownedBy: owner }));
    if (owner) change(schema, owner.table, (t) => ({ ...t, sequences: withItem(t.sequences, key) }));
  }
}
