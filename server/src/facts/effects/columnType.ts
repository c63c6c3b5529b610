/** ALTER COLUMN … TYPE: what {@link typeChange} says, and what hangs on the column. */
import type { AlterTableCmd } from '@pgsql/types';
import { columnOf } from '../../catalog/catalog.ts';
import { usesColumn } from '../../catalog/indexParts.ts';
import { stringOf, typeNameOf } from '../../catalog/names.ts';
import type { IndexDefinition } from '../../catalog/objects.ts';
import { changesEnum } from '../enumChange.ts';
import { typeChange } from '../typeChange.ts';
import type { EffectsCollector } from './collector.ts';

const usedBy = (index: IndexDefinition | null | undefined, column: string): boolean =>
  !index || usesColumn(index, column);

export function alterColumnType(effects: EffectsCollector, table: string, command: AlterTableCmd): void {
  const def = command.def && 'ColumnDef' in command.def ? command.def.ColumnDef : undefined;
  const column = command.name ?? '';
  const relation = effects.schema.relation(table);
  // keys are checked again, in the other table too; so may be checks, and indexes may be built anew
  const keyed = relation?.constraints.some(
    (c) => c.kind !== 'check' && c.kind !== 'not-null' && c.columns.includes(column),
  );
  if (keyed) effects.unsure();
  const to = typeNameOf(def?.typeName);
  if (!def || !to) {
    effects.unsure();
    return;
  }
  let using = def.raw_default;
  while (using && 'TypeCast' in using) using = using.TypeCast.arg;
  if (using && !('ColumnRef' in using && stringOf(using.ColumnRef.fields?.at(-1)) === column)) {
    effects.rewrite(effects.leaves(table));
    return;
  }
  const from = columnOf(relation, column)?.type ?? null;
  if (changesEnum(from, to, effects.schema)) {
    effects.rewrite(effects.leaves(table));
    return;
  }
  switch (typeChange(from, to)) {
    case 'rewrite':
      effects.rewrite(effects.leaves(table));
      return;
    case 'free': {
      const dependent =
        relation?.indexes.some((key) => usedBy(effects.schema.relation(key)?.index, column)) ||
        relation?.constraints.some((c) => c.kind === 'check' || c.kind === 'exclude');
      if (dependent || def.collClause || def.raw_default) effects.unsure();
      return;
    }
    default:
      effects.unsure();
  }
}
