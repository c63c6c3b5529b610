/** A column or a constraint gets another name: whatever names it is told. */
import type { Constraint, Relation } from './catalog.ts';
import { keyOf } from './catalog.ts';
import { withColumnRenamed } from './expressions.ts';
import { moveRelation } from './moving.ts';
import type { IndexDefinition, Policy, Trigger } from './objects.ts';
import { change } from './relations.ts';
import type { SchemaWriter } from './schema.ts';
import { renameInViews } from './viewQueries.ts';

export function renameColumn(schema: SchemaWriter, key: string, from: string, to: string, only = false): void {
  const table = schema.relation(key);
  if (!table) return;
  renameInViews(schema, table, from, to);
  const swap = (name: string): string => (name === from ? to : name);
  const swapAll = (names: readonly string[]): readonly string[] => (names.includes(from) ? names.map(swap) : names);
  change(schema, key, (t) => ({
    ...t,
    columns: t.columns.map((c) => ({
      ...c,
      name: swap(c.name),
      generated: c.generated && { ...c.generated, expression: withColumnRenamed(c.generated.expression, from, to) },
    })),
    constraints: t.constraints.map((c) => ({
      ...c,
      columns: swapAll(c.columns),
      provesNotNull: swapAll(c.provesNotNull),
      expression: withColumnRenamed(c.expression, from, to),
      referencedColumns: c.references === key ? swapAll(c.referencedColumns) : c.referencedColumns,
    })),
    referencedBy: t.referencedBy.map((r) => ({ ...r, columns: swapAll(r.columns) })),
    dependents: t.dependents.map((d) => ({ ...d, columns: d.columns && swapAll(d.columns) })),
    policies: t.policies.map((p) => renamedPolicy(p, from, to)),
    triggers: t.triggers.map((g) => renamedTrigger(g, from, to)),
    partitionKey: t.partitionKey && {
      ...t.partitionKey,
      columns: t.partitionKey.columns.map((c) => (c === from ? to : c)),
      expressions: t.partitionKey.expressions.map((e) => withColumnRenamed(e, from, to)),
    },
  }));
  for (const index of table.indexes)
    change(schema, index, (i) => ({ ...i, index: i.index && renamedIndex(i.index, from, to) }));
  for (const sequence of table.sequences)
    change(schema, sequence, (s) => ({ ...s, ownedBy: s.ownedBy && { ...s.ownedBy, column: swap(s.ownedBy.column) } }));
  for (const { table: other } of table.referencedBy)
    if (other !== key)
      change(schema, other, (o) => ({
        ...o,
        constraints: o.constraints.map((c) =>
          c.references === key ? { ...c, referencedColumns: swapAll(c.referencedColumns) } : c,
        ),
      }));
  if (only) return;
  for (const child of [...table.partitions, ...table.inheritors]) renameColumn(schema, child, from, to);
}

const renamedPolicy = (policy: Policy, from: string, to: string): Policy => ({
  ...policy,
  using: withColumnRenamed(policy.using, from, to),
  check: withColumnRenamed(policy.check, from, to),
});

const renamedTrigger = (trigger: Trigger, from: string, to: string): Trigger => ({
  ...trigger,
  columns: trigger.columns.map((c) => (c === from ? to : c)),
  when: withColumnRenamed(trigger.when, from, to),
});

const renamedIndex = (index: IndexDefinition, from: string, to: string): IndexDefinition => ({
  ...index,
  keys: index.keys.map((k) => ({
    ...k,
    column: k.column === from ? to : k.column,
    expression: withColumnRenamed(k.expression, from, to),
  })),
  include: index.include.map((c) => (c === from ? to : c)),
  where: withColumnRenamed(index.where, from, to),
});

export function renameConstraint(schema: SchemaWriter, key: string, from: string, to: string, only = false): void {
  const table = schema.relation(key);
  const constraint = table?.constraints.find((c) => c.name === from);
  if (!table || !constraint) return;
  const index = constraint.index === null ? undefined : schema.relation(`${table.schema}.${constraint.index}`);
  // the index takes the constraint along
  if (index) moveRelation(schema, index, index.schema, to);
  else change(schema, key, (t) => withConstraintName(t, from, to));
  if (constraint.references !== null)
    change(schema, constraint.references, (target) => ({
      ...target,
      referencedBy: target.referencedBy.map((r) =>
        r.table === keyOf(table) && r.name === from ? { ...r, name: to } : r,
      ),
    }));
  const inherited = constraint.kind === 'check' || constraint.kind === 'not-null';
  if (only || !inherited || constraint.noInherit) return;
  for (const child of [...table.partitions, ...table.inheritors]) renameConstraint(schema, child, from, to);
}

const withConstraintName = (table: Relation, from: string, to: string): Relation => ({
  ...table,
  constraints: table.constraints.map((c): Constraint => (c.name === from ? { ...c, name: to } : c)),
});
