/** ALTER TABLE … ALTER COLUMN. */
import type { AlterTableCmd, Constraint as ConstraintNode } from '@pgsql/types';
import type { Column, Relation } from './catalog.ts';
import { addSequence, sequenceName } from './columnParts.ts';
import { isNullConstant, withoutPositions } from './expressions.ts';
import { nameParts, typeNameOf } from './names.ts';
import { change, descendants, remove, withColumn, withItem, without } from './relations.ts';
import type { SchemaWriter } from './schema.ts';
import { identityKind } from './tableElements.ts';

export function alterColumn(schema: SchemaWriter, key: string, command: AlterTableCmd, only: boolean): void {
  const table = schema.relation(key);
  const how = changeOf(command);
  if (!table || !how) return;
  const name = command.name ?? '';
  const tables = only || own.has(command.subtype ?? '') ? [key] : [key, ...descendants(schema, table)];
  for (const each of tables) change(schema, each, (t) => how(t, name));
  if (command.subtype === 'AT_AddIdentity') {
    const constraint = command.def && 'Constraint' in command.def ? [command.def.Constraint] : [];
    const sequence = addSequence(schema, table, name, sequenceName(constraint));
    change(schema, key, (t) => ({ ...t, sequences: withItem(t.sequences, sequence) }));
  }
  if (command.subtype === 'AT_DropIdentity' && table.columns.some((c) => c.name === name && c.identity !== null))
    dropSequence(schema, key, table, name);
}

/** What partitions do not take over in every version, or take over through the table that has it. */
const own = new Set(['AT_SetStatistics', 'AT_SetOptions']);

function changeOf(command: AlterTableCmd): ((table: Relation, name: string) => Relation) | null {
  const { def } = command;
  const set =
    (change: Partial<Column>) =>
    (table: Relation, name: string): Relation =>
      withColumn(table, name, change);
  switch (command.subtype) {
    case 'AT_AlterColumnType': {
      if (!def || !('ColumnDef' in def)) return null;
      const { typeName, collClause } = def.ColumnDef;
      return set({ type: typeNameOf(typeName), collation: nameParts(collClause?.collname).at(-1) ?? null });
    }
    case 'AT_SetNotNull':
      return set({ notNull: true });
    case 'AT_DropNotNull':
      return (table, name) => ({
        ...withColumn(table, name, { notNull: false }),
        constraints: table.constraints.some((c) => c.kind === 'not-null' && c.columns.includes(name))
          ? table.constraints.filter((c) => c.kind !== 'not-null' || !c.columns.includes(name))
          : table.constraints,
      });
    case 'AT_ColumnDefault': {
      const has = def !== undefined && !isNullConstant(def);
      return set({ hasDefault: has, default: has ? withoutPositions(def) : null, serial: false });
    }
    case 'AT_AddIdentity':
      return def && 'Constraint' in def
        ? set({ hasDefault: true, identity: identityKind(def.Constraint.generated_when), notNull: true })
        : null;
    case 'AT_SetIdentity': {
      const kind = identityIn(def && 'List' in def ? def.List.items : []);
      return kind === null ? null : set({ identity: kind });
    }
    case 'AT_DropIdentity':
      return (table, name) => {
        const column = table.columns.find((c) => c.name === name);
        return column && column.identity !== null
          ? withColumn(table, name, { identity: null, hasDefault: false })
          : table;
      };
    case 'AT_SetExpression':
      return def
        ? (table, name) => {
            const stored = table.columns.find((c) => c.name === name)?.generated?.stored ?? true;
            return withColumn(table, name, { generated: { stored, expression: withoutPositions(def) } });
          }
        : null;
    case 'AT_DropExpression':
      return (table, name) =>
        table.columns.some((c) => c.name === name && c.generated !== null)
          ? withColumn(table, name, { generated: null, hasDefault: false })
          : table;
    default:
      return null;
  }
}

/** SET GENERATED … among other options of the sequence. */
function identityIn(options: readonly object[] | undefined): Column['identity'] {
  for (const option of options ?? []) {
    const element = (
      option as { DefElem?: { defname?: string; arg?: ConstraintNode & { Integer?: { ival?: number } } } }
    ).DefElem;
    if (element?.defname === 'generated')
      return identityKind(String.fromCharCode(element.arg?.Integer?.ival ?? 'a'.charCodeAt(0)));
  }
  return null;
}

function dropSequence(schema: SchemaWriter, key: string, table: Relation, column: string): void {
  for (const sequence of table.sequences) {
    if (schema.relation(sequence)?.ownedBy?.column !== column) continue;
    remove(schema, sequence);
    change(schema, key, (t) => ({ ...t, sequences: without(t.sequences, sequence) }));
  }
}
