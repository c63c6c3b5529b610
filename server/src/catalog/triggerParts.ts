/** Triggers as parts of tables: which fire, and how one reaches the partitions. */
import type { AlterTableCmd } from '@pgsql/types';
import { columnsUsed } from './expressions.ts';
import type { Trigger } from './objects.ts';
import { change, withDependent, withoutDependent } from './relations.ts';
import type { SchemaWriter } from './schema.ts';

const enabling: Readonly<Record<string, boolean>> = {
  AT_EnableTrig: true,
  AT_EnableAlwaysTrig: true,
  AT_EnableReplicaTrig: true,
  AT_EnableTrigAll: true,
  AT_EnableTrigUser: true,
  AT_DisableTrig: false,
  AT_DisableTrigAll: false,
  AT_DisableTrigUser: false,
};

/** ENABLE and DISABLE TRIGGER. @returns false for any other subcommand */
export function setTriggers(schema: SchemaWriter, key: string, { subtype, name }: AlterTableCmd): boolean {
  const enabled = enabling[subtype ?? ''];
  if (enabled === undefined) return false;
  const set = (table: string): void => {
    change(schema, table, (t) => ({
      ...t,
      triggers: t.triggers.map((g) => (name === undefined || g.name === name ? { ...g, enabled } : g)),
    }));
    for (const partition of schema.relation(table)?.partitions ?? []) set(partition);
  };
  set(key);
  return true;
}

/** In the place of one of the same name; a row trigger goes to the partitions too. */
export function putTrigger(schema: SchemaWriter, key: string, trigger: Trigger): void {
  const columns = [...new Set([...trigger.columns, ...columnsUsed(trigger.when)])];
  change(schema, key, (t) =>
    withDependent(
      { ...t, triggers: [...t.triggers.filter((g) => g.name !== trigger.name), trigger] },
      { kind: 'trigger', name: trigger.name, columns },
    ),
  );
  if (trigger.perRow)
    for (const partition of schema.relation(key)?.partitions ?? []) putTrigger(schema, partition, trigger);
}

export function removeTrigger(schema: SchemaWriter, key: string, name: string): void {
  change(schema, key, (t) =>
    t.triggers.some((g) => g.name === name)
      ? withoutDependent({ ...t, triggers: t.triggers.filter((g) => g.name !== name) }, 'trigger', name)
      : t,
  );
  for (const partition of schema.relation(key)?.partitions ?? []) removeTrigger(schema, partition, name);
}

export function renameTrigger(schema: SchemaWriter, key: string, from: string, to: string): void {
  const trigger = schema.relation(key)?.triggers.find((g) => g.name === from);
  if (!trigger) return;
  removeTrigger(schema, key, from);
  putTrigger(schema, key, { ...trigger, name: to });
}
